#pragma once

#include <memory>
#include <vector>

#include "styler/core/kernels/cpu_kernels.hpp"
#include "styler/core/network/vgg19.hpp"

namespace styler {

/// The kernels with which make_vgg19() makes a fast network for this device; nullptr where it makes the reference.
const CpuKernels* fast_vgg19_kernels(const ComputeDevice& device);

/// VGG19 on the processor by our own kernels: the same function as make_reference_vgg19's to rounding, several times
/// faster. `kernels` are for the device's network dtype.
///
/// Where the time of an evaluation on LibTorch's operators went (512×383 px, 2 cores with AVX512-BF16): the
/// convolutions took four fifths, and were as fast as their products can be. Winograd's filtering does with a quarter
/// of the products. Most of the rest was memory: a pass over an activation for every bias, ReLU, mask and sum of
/// gradients, which now happen while a convolution's result is still in registers, and pooling indices of 64 bits,
/// which are found again instead of kept.
std::unique_ptr<FeatureExtractor> make_fast_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                                  Pooling pooling, const ComputeDevice& device,
                                                  const CpuKernels& kernels, Padding padding = Padding::Zero);

}  // namespace styler
