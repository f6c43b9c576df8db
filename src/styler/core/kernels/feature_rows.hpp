#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>

#include "styler/base/error.hpp"
#include "styler/core/kernels/samples.hpp"

namespace styler {

/// Whether sums of these values need a wider type than their own.
inline bool is_reduced_precision(const at::Tensor& tensor) { return tensor.scalar_type() == at::kBFloat16; }

/// The type in which sums over features are taken: float32, or float64 for float64 features.
inline at::ScalarType wide_type(const at::Tensor& features) {
  return is_reduced_precision(features) ? at::kFloat : features.scalar_type();
}

/// Features as one row of channels per position, [h·w, C]: a view of channels-last memory.
inline at::Tensor rows_of_positions(const at::Tensor& features) {
  check_is_one_picture(features);
  return features.permute({0, 2, 3, 1}).reshape({-1, features.size(1)});
}

/// The inverse of rows_of_positions.
inline at::Tensor features_of_rows(const at::Tensor& rows, const at::Tensor& like) {
  return rows.reshape({1, like.size(2), like.size(3), like.size(1)}).permute({0, 3, 1, 2});
}

/// Weights as one column, beside rows_of_positions.
inline at::Tensor column_of_positions(const at::Tensor& weights) { return weights.reshape({-1, 1}); }

/// Σw of the features; without weights the number of positions.
inline double sum_of_weights(const at::Tensor& features, const at::Tensor& weights) {
  if (!weights.defined()) return static_cast<double>(features.size(2) * features.size(3));
  STYLER_ASSERT(weights.dim() == 4 && weights.size(1) == 1 && weights.size(2) == features.size(2) &&
                weights.size(3) == features.size(3));
  return weights.sum(at::kDouble).item<double>();
}

/// Features that for_each_band() goes over at a time, or a row where that has more.
inline constexpr int64_t kBandElements = int64_t{1} << 23;

/// Calls `use(band)` for one band of rows after the other, where `band(tensor)` is a view of its part of the tensor: of
/// a large picture's features nobody wants wide copies as a whole.
template <typename Use>
void for_each_band(const at::Tensor& features, const Use& use) {
  const int64_t height = features.size(2);
  const int64_t rows = std::max<int64_t>(1, kBandElements / (features.size(1) * features.size(3)));
  for (int64_t first = 0; first < height; first += rows) {
    const int64_t count = std::min(rows, height - first);
    use([&](const at::Tensor& tensor) { return tensor.narrow(2, first, count); });
  }
}

}  // namespace styler
