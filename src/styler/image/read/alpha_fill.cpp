#include "styler/image/read/alpha_fill.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace styler {
namespace {

/// A picture that knows the colour of some of its pixels: of those with a weight above 0.
struct Level {
  int64_t height, width;
  float* colour;
  const float* weight;
  int64_t pixels() const { return height * width; }
};

/// A Level with memory of its own.
struct Coarse {
  std::vector<float> colour, weight;
  Level level;
  explicit Coarse(const Level& fine) : level{(fine.height + 1) / 2, (fine.width + 1) / 2, nullptr, nullptr} {
    colour.resize(static_cast<size_t>(3 * level.pixels()));
    weight.resize(static_cast<size_t>(level.pixels()));
    level.colour = colour.data();
    level.weight = weight.data();
  }
};

/// Each pixel of the result is the weighted mean of the (up to) four that it covers.
Coarse halved(const Level& fine) {
  Coarse coarse(fine);
  const auto [height, width] = std::pair(coarse.level.height, coarse.level.width);
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      float sum = 0;
      std::array<float, 3> mean{};
      for (int64_t v = 2 * y; v < std::min(2 * y + 2, fine.height); ++v) {
        for (int64_t u = 2 * x; u < std::min(2 * x + 2, fine.width); ++u) {
          const int64_t i = v * fine.width + u;
          sum += fine.weight[i];
          for (int64_t c = 0; c < 3; ++c) mean[c] += fine.weight[i] * fine.colour[c * fine.pixels() + i];
        }
      }
      if (sum <= 0) continue;
      const int64_t i = y * width + x;
      // No more than 1: a large area far away should count no more than a pixel close by.
      coarse.weight[i] = std::min(sum, 1.0F);
      for (int64_t c = 0; c < 3; ++c) coarse.colour[c * coarse.level.pixels() + i] = mean[c] / sum;
    }
  }
  return coarse;
}

/// Of the two coarse pixels around a fine one's centre, the nearer has three quarters.
struct Neighbours {
  int64_t near, far;
  Neighbours(int64_t fine, int64_t coarse_size)
      : near(fine / 2), far(std::clamp<int64_t>(fine % 2 == 0 ? near - 1 : near + 1, 0, coarse_size - 1)) {}
};

/// Gives the pixels of `fine` without weight the colours of `coarse`, which has all of its own, bilinearly.
void fill_from(const Level& coarse, const Level& fine) {
  constexpr float kNear = 0.75F, kFar = 0.25F;
  for (int64_t y = 0; y < fine.height; ++y) {
    const Neighbours rows(y, coarse.height);
    for (int64_t x = 0; x < fine.width; ++x) {
      if (fine.weight[y * fine.width + x] > 0) continue;
      const Neighbours columns(x, coarse.width);
      for (int64_t c = 0; c < 3; ++c) {
        const float* near = coarse.colour + c * coarse.pixels() + rows.near * coarse.width;
        const float* far = coarse.colour + c * coarse.pixels() + rows.far * coarse.width;
        fine.colour[c * fine.pixels() + y * fine.width + x] =
            kNear * (kNear * near[columns.near] + kFar * near[columns.far]) +
            kFar * (kNear * far[columns.near] + kFar * far[columns.far]);
      }
    }
  }
}

}  // namespace

void fill_hidden_colours(float* colour, const float* alpha, int64_t height, int64_t width) {
  const Level finest{height, width, colour, alpha};
  std::vector<Coarse> pyramid;
  for (Level level = finest; level.pixels() > 1; level = pyramid.back().level) pyramid.push_back(halved(level));
  for (size_t i = pyramid.size(); i-- > 0;) fill_from(pyramid[i].level, i > 0 ? pyramid[i - 1].level : finest);
}

}  // namespace styler
