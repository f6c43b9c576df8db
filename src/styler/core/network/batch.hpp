#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

#include "styler/core/network/features.hpp"

namespace styler {

/// The pass of a batch for a network that works on one picture at a time: to the bit what the pictures give one by one,
/// in memory of its own. With a way back it keeps what each of the passes kept.
/// \param batch    [N, C, h, w], as FeatureExtractor::run has it.
/// \param pass_of  the network's pass of one picture, [1, C, h, w].
FeaturePass pass_of_each(const at::Tensor& batch, const std::function<FeaturePass(const at::Tensor&)>& pass_of);

}  // namespace styler
