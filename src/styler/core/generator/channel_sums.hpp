#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "styler/core/kernels/buffer_pool.hpp"
#include "styler/core/kernels/cell_convolution.hpp"
#include "styler/core/kernels/cell_kernels.hpp"

namespace styler {

/// One number for each channel, repeated to whole vectors.
using Channels = std::vector<float>;

/// Channels as the kernels of the norms see them: of fewer than a vector has, two positions' side by side.
inline int64_t kernel_channels(const Sheet& sheet) { return std::max<int64_t>(kCellColumns, sheet.channels); }

/// As often as makes them whole vectors.
inline Channels whole_vectors(const std::vector<double>& values) {
  Channels result(values.begin(), values.end());
  while (result.size() < static_cast<size_t>(kCellColumns)) result.insert(result.end(), values.begin(), values.end());
  return result;
}

/// Two sums over all positions for each channel.
struct ChannelSums {
  std::vector<double> first, second;
};

/// \param sum_row  `(picture, y, float* sums)` writes those of a row, as CellKernels has them.
template <typename SumRow>
ChannelSums sums_over(const Sheet& sheet, BufferPool& pool, const SumRow& sum_row) {
  const int64_t channels = kernel_channels(sheet);
  const at::Tensor memory = pool.channels_last(1, sheet.pictures * sheet.height, 2 * channels, at::kFloat);
  float* const sums = memory.data_ptr<float>();
  for_each_row(sheet, [&](int64_t picture, int64_t y) {
    sum_row(picture, y, sums + (picture * sheet.height + y) * 2 * channels);
  });
  const auto count = static_cast<size_t>(sheet.channels);
  ChannelSums result{std::vector<double>(count), std::vector<double>(count)};
  for (int64_t row = 0; row < sheet.pictures * sheet.height; ++row) {
    for (int64_t i = 0; i < channels; ++i) {
      const auto channel = static_cast<size_t>(i % sheet.channels);
      result.first[channel] += sums[row * 2 * channels + i];
      result.second[channel] += sums[(row * 2 + 1) * channels + i];
    }
  }
  return result;
}

}  // namespace styler
