#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "styler/device.hpp"
#include "styler/features.hpp"
#include "styler/weights.hpp"

namespace styler {

/// The frozen VGG19 (Simonyan & Zisserman 2014), evaluated only as deep as the deepest layer asked for.
/// Convolutions are zero padded; poolings are 2×2 with the odd row or column dropped, as in PyTorch.
/// Weights are copied to `device` once, channels-last, in its network dtype.
/// \param layers  at least one; order and repetition do not matter.
std::unique_ptr<FeatureExtractor> make_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                             Pooling pooling, const ComputeDevice& device);

}  // namespace styler
