#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/core/storage/safetensors.hpp"

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
  /// Of the tensors' bytes, one after the other, so that damage shows where no list knows the numbers. Empty for
  /// originals that the manifest knows all of, and in files that earlier versions imported.
  std::string tensors_sha256{};
};

/// What our file of one network holds, and what its errors say.
struct NetworkForm {
  std::string name;                  ///< `vgg19`: stands in the file.
  std::string title;                 ///< `VGG19`, for messages.
  std::string install;               ///< The command that gets it: `styler weights install`
  std::vector<TensorEntry> tensors;  ///< All of them, in their order.
};

/// The frozen numbers of a network, on the CPU.
struct NetworkWeights {
  NamedTensors tensors;  ///< Those of its form, in its order.
  InputConvention convention;
  WeightsOrigin origin;
};

/// Reads a `.safetensors` file that save_network wrote, into memory of its own: VGG19's 80 MB take 20 ms, and what
/// becomes of the file later is of no account. Checks the structure and every shape, not what the numbers are.
/// \throws Error{Weights} when the file is missing, truncated, or holds another network.
NetworkWeights load_network(const NetworkForm& form, const std::filesystem::path& file);

/// Writes weights with their metadata, through a temporary file and a rename.
/// The same weights and metadata always give the same bytes.
/// Requires (STYLER_ASSERT) the tensors of the form, in its order.
/// \throws Error{Output}
void save_network(const NetworkForm& form, const NetworkWeights& weights, const std::filesystem::path& file);

}  // namespace styler
