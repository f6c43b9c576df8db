#include "styler/image/colour/tabulated_transform.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace styler {
namespace {

/// The entry for a value in [0, 1].
size_t entry_of(float value) { return static_cast<size_t>(std::lrint(value * static_cast<float>(kTableSize - 1))); }

/// The inverse of a rising table, as a table of the same size.
std::vector<float> inverted(const std::vector<float>& table) {
  std::vector<float> inverse(kTableSize);
  size_t below = 0;
  for (size_t i = 0; i < kTableSize; ++i) {
    const float wanted = table_value(i);
    while (below + 2 < kTableSize && table[below + 1] < wanted) ++below;
    const float rise = table[below + 1] - table[below];
    const float part = rise > 0 ? std::clamp((wanted - table[below]) / rise, 0.0F, 1.0F) : 0.0F;
    inverse[i] = (static_cast<float>(below) + part) / static_cast<float>(kTableSize - 1);
  }
  return inverse;
}

class MatrixTransform : public ColourTransform {
 public:
  MatrixTransform(const MatrixProfile& source, const MatrixProfile& target)
      : linear_(source.linear),
        matrix_(target.xyz_from_rgb.inv() * source.xyz_from_rgb),
        encoded_{inverted(target.linear[0]), inverted(target.linear[1]), inverted(target.linear[2])} {}

  void apply(const float* colours, float* rgb, size_t count) const override {
    for (size_t i = 0; i < count; ++i, colours += 3, rgb += 3) {
      const cv::Vec3f light(linear_[0][entry_of(colours[0])], linear_[1][entry_of(colours[1])],
                            linear_[2][entry_of(colours[2])]);
      const cv::Vec3f target = matrix_ * light;
      for (int channel = 0; channel < 3; ++channel) rgb[channel] = encoded(encoded_[channel], target[channel]);
    }
  }

 private:
  /// Between two entries in proportion: near black, encoding makes much of small differences.
  static float encoded(const std::vector<float>& table, float light) {
    if (!(light > 0)) return table.front();
    if (light >= 1) return table.back();
    const float position = light * static_cast<float>(kTableSize - 1);
    const auto below = static_cast<size_t>(position);
    if (below + 1 >= kTableSize) return table.back();
    return table[below] + (position - static_cast<float>(below)) * (table[below + 1] - table[below]);
  }

  std::array<std::vector<float>, 3> linear_;
  cv::Matx33f matrix_;
  std::array<std::vector<float>, 3> encoded_;
};

class GreyTransform : public ColourTransform {
 public:
  explicit GreyTransform(const ColourTransform& exact) : table_(3 * kTableSize) {
    std::vector<float> greys(kTableSize);
    for (size_t i = 0; i < kTableSize; ++i) greys[i] = table_value(i);
    exact.apply(greys.data(), table_.data(), kTableSize);
  }

  void apply(const float* colours, float* rgb, size_t count) const override {
    for (size_t i = 0; i < count; ++i) std::copy_n(&table_[3 * entry_of(colours[i])], 3, rgb + 3 * i);
  }

 private:
  std::vector<float> table_;
};

}  // namespace

std::unique_ptr<ColourTransform> combine(const MatrixProfile& source, const MatrixProfile& target) {
  return std::make_unique<MatrixTransform>(source, target);
}

std::unique_ptr<ColourTransform> tabulate_grey(const ColourTransform& exact) {
  return std::make_unique<GreyTransform>(exact);
}

bool agree(const ColourTransform& a, const ColourTransform& b) {
  constexpr int kSteps = 18;  // 255 = 15 · 17: every fifteenth level
  constexpr float kTolerance = 0.05F / 255;
  std::vector<float> probes;
  for (int i = 0; i < kSteps * kSteps * kSteps; ++i) {
    for (const int digit : {i % kSteps, i / kSteps % kSteps, i / kSteps / kSteps}) {
      probes.push_back(static_cast<float>(digit) / (kSteps - 1));
    }
  }
  std::vector<float> by_a(probes.size()), by_b(probes.size());
  a.apply(probes.data(), by_a.data(), probes.size() / 3);
  b.apply(probes.data(), by_b.data(), probes.size() / 3);
  return std::equal(by_a.begin(), by_a.end(), by_b.begin(),
                    [](float x, float y) { return std::abs(x - y) < kTolerance; });
}

}  // namespace styler
