#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace styler {

/// What numbers a network was trained on. A picture value v in [0, 1] of RGB channel c becomes
/// (v · scale − mean[c]) / stddev[c], and channels are fed blue first when `bgr` is set.
/// `mean` and `stddev` are in RGB order whatever the network's own order.
struct InputConvention {
  bool bgr = false;
  double scale = 1.0;
  std::array<double, 3> mean{};
  std::array<double, 3> stddev{1.0, 1.0, 1.0};

  /// Simonyan & Zisserman's networks, as Caffe fed them: BGR, 0–255, minus 103.939 / 116.779 / 123.68.
  static InputConvention caffe();
  /// torchvision's networks: RGB, [0, 1], mean .485 .456 .406, standard deviation .229 .224 .225.
  static InputConvention torchvision();

  bool operator==(const InputConvention&) const = default;
};

/// Where weights came from; stored in the file's metadata.
struct WeightsOrigin {
  std::string source;   ///< Address or file name they were read from.
  std::string licence;  ///< For example `CC BY 4.0`; `unknown` when the file is not in the manifest.
  std::string sha256;   ///< Of the original file, 64 hexadecimal digits.
};

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

/// Reads a `.safetensors` file that save_weights wrote. The file is mapped, not read: pages come in as they are used,
/// and the mapping lives as long as the tensors do. Checks the structure and every shape, not the checksum.
/// \throws Error{Weights} when the file is missing, truncated, or holds another network.
VggWeights load_weights(const std::filesystem::path& file);

/// Writes weights with their metadata, through a temporary file and a rename.
/// The same weights and metadata always give the same bytes.
/// \throws Error{Output}
void save_weights(const VggWeights& weights, const std::filesystem::path& file);

}  // namespace styler
