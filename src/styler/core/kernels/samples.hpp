#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {

/// Batches: networks take [N, 3, H, W] and give [N, C, h, w], and losses that compare values place by place (content,
/// total variation, range) sum over all N. What is summed up over the positions of a picture (Gram matrices, means,
/// distributions, and so the style losses and the Objective of one content) is that picture's own, since a batch would
/// mix its pictures: it takes one at a time, and whoever has a batch goes through samples_of() it.

/// Requires that `features` are those of one picture.
inline void check_is_one_picture(const at::Tensor& features) {
  STYLER_ASSERT(features.dim() == 4 && features.size(0) == 1);
}

/// A view of each picture of a batch, [1, C, h, w].
inline std::vector<at::Tensor> samples_of(const at::Tensor& batch) {
  std::vector<at::Tensor> samples;
  samples.reserve(static_cast<size_t>(batch.size(0)));
  for (int64_t i = 0; i < batch.size(0); ++i) samples.push_back(batch.narrow(0, i, 1));
  return samples;
}

}  // namespace styler
