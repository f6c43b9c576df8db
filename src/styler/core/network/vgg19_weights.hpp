#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

#include "styler/core/network/network_file.hpp"

namespace styler {

/// VGG19's 16 convolutions, in float32 on the CPU.
struct VggWeights {
  struct Convolution {
    at::Tensor kernel;  ///< [out, in, 3, 3]
    at::Tensor bias;    ///< [out]
  };
  /// conv1_1, conv1_2, conv2_1 … conv5_4.
  std::vector<Convolution> convolutions;
  InputConvention convention;
  WeightsOrigin origin;
};

/// Number of convolutions in VGG19.
inline constexpr int kVggConvolutions = 16;
/// Input and output channels of convolution `index` (0 … 15).
struct ChannelCount {
  int64_t in;
  int64_t out;
};
ChannelCount vgg_channels(int index);
/// `conv1_1` … `conv5_4`: also the stem of the tensor names in our files (`conv1_1.weight`, `conv1_1.bias`).
std::string vgg_convolution_name(int index);

/// What our file of VGG19 holds: kernel and bias of each convolution, in their order.
const NetworkForm& vgg19_form();
/// Requires (STYLER_ASSERT) the tensors of vgg19_form().
VggWeights vgg_from(NetworkWeights weights);

/// load_network() and save_network() for VGG19.
VggWeights load_weights(const std::filesystem::path& file);
void save_weights(const VggWeights& weights, const std::filesystem::path& file);

}  // namespace styler
