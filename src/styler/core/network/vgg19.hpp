#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "styler/core/compute/device.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/network/vgg19_weights.hpp"

namespace styler {

/// The frozen VGG19 (Simonyan & Zisserman 2014), evaluated only as deep as the deepest layer asked for.
/// Poolings are 2×2 with the odd row or column dropped, as in PyTorch.
/// Runs on kernels of our own where this processor has some for the device's network dtype, else on LibTorch's
/// operators. Memory: our kernels keep the weights transformed for both ways, 200 MB in bfloat16 and 400 MB in float32
/// for VGG19 up to relu5_1; LibTorch's operators keep one copy, 50 MB in float32.
/// \param layers   at least one; order and repetition do not matter.
/// \param padding  of the convolutions; with Circular a picture is a torus where its edges are multiples of
///                 min_edge().
std::unique_ptr<FeatureExtractor> make_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                             Pooling pooling, const ComputeDevice& device,
                                             Padding padding = Padding::Zero);

/// The same on LibTorch's operators everywhere, for any dtype and device: what the fast one is compared with.
std::unique_ptr<FeatureExtractor> make_reference_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                                       Pooling pooling, const ComputeDevice& device,
                                                       Padding padding = Padding::Zero);

/// What make_vgg19()'s network computes with on this device: `avx2`, `avx512` or `avx512bf16` for kernels of our own,
/// else `libtorch`. Another gives the same picture but for rounding.
std::string_view vgg19_kernels(const ComputeDevice& device);

}  // namespace styler
