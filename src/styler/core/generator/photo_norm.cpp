#include "styler/core/generator/photo_norm.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "styler/base/error.hpp"
#include "styler/core/kernels/parallel.hpp"

namespace styler {

at::Tensor as_statistic(const std::vector<double>& values) {
  at::Tensor result = at::empty({1, static_cast<int64_t>(values.size()), 1, 1}, at::kFloat);
  std::ranges::copy(values, result.data_ptr<float>());
  return result;
}
std::vector<double> from_statistic(const at::Tensor& statistic) {
  const at::Tensor values = statistic.to(at::kFloat).contiguous();
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

PhotoNorm photo_norm(const at::Tensor& photos, const at::Tensor& scale, const at::Tensor& shift,
                     const NormStatistics* given, NormStatistics* found) {
  PhotoNorm norm;
  std::vector<double> variance;
  if (given != nullptr) {
    STYLER_ASSERT(!given->means.empty() && given->means.front().numel() == 3);
    norm.mean = from_statistic(given->means.front());
    variance = from_statistic(given->variances.front());
  } else {
    const at::Tensor rows = photos.stride(3) == 1 ? photos : photos.contiguous();
    const int64_t height = photos.size(2), width = photos.size(3), lines = photos.size(0) * 3 * height;
    // Of each row by itself, and then in one order, so that threads don't matter.
    std::vector<std::array<double, 2>> sums(static_cast<size_t>(lines));
    for_each_in_turn(photos.size(0) * 3, [&](int64_t plane) {
      for (int64_t y = 0; y < height; ++y) {
        const float* const from =
            rows.data_ptr<float>() + plane / 3 * rows.stride(0) + plane % 3 * rows.stride(1) + y * rows.stride(2);
        std::array<double, 2>& sum = sums[static_cast<size_t>(plane * height + y)];
        for (int64_t x = 0; x < width; ++x) {
          const double value = from[x];
          sum[0] += value;
          sum[1] += value * value;
        }
      }
    });
    const auto n = static_cast<double>(photos.size(0) * height * width);
    for (int64_t c = 0; c < 3; ++c) {
      double first = 0, second = 0;
      for (int64_t picture = 0; picture < photos.size(0); ++picture) {
        for (int64_t y = 0; y < height; ++y) {
          const std::array<double, 2>& sum = sums[static_cast<size_t>((picture * 3 + c) * height + y)];
          first += sum[0];
          second += sum[1];
        }
      }
      norm.mean.push_back(first / n);
      variance.push_back(std::max(0.0, second / n - first / n * (first / n)));
    }
    if (found != nullptr) {
      found->means.push_back(as_statistic(norm.mean));
      found->variances.push_back(as_statistic(variance));
    }
  }
  for (size_t c = 0; c < 3; ++c) {
    norm.deviation_inverse.push_back(1 / std::sqrt(variance[c] + Generator::kPhotoEpsilon));
    const double factor = scale.data_ptr<float>()[c] * norm.deviation_inverse[c];
    norm.factor.at(c) = static_cast<float>(factor);
    norm.offset.at(c) = static_cast<float>(shift.data_ptr<float>()[c] - norm.mean[c] * factor);
  }
  return norm;
}

}  // namespace styler
