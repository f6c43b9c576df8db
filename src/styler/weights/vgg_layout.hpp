#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "styler/core/network/vgg19_weights.hpp"
#include "styler/weights/foreign_file.hpp"

namespace styler {

/// VGG19 as it was found among somebody's tensors.
struct FoundVgg {
  std::vector<VggWeights::Convolution> convolutions;  ///< All 16, float32, [out, in, 3, 3], contiguous.
  /// `caffe` when the layout itself tells, as Keras' and Johnson's do; empty when files of either convention look so.
  std::string convention;
};

/// Picks VGG19's convolutions out of a file that uses Keras', torchvision's (and Johnson's) or our names, and brings
/// the kernels into our order. Other tensors, such as the classifier's, are left unread.
/// \param file  Only named in messages.
/// \throws Error{Weights} naming the first tensor that is missing, of another shape, or not finite.
FoundVgg find_vgg(const ForeignTensors& tensors, const std::filesystem::path& file);

/// \throws Error{Weights} naming the first convolution that holds a NaN or an infinity.
void check_finite(const std::vector<VggWeights::Convolution>& convolutions, const std::filesystem::path& file);

/// Hexadecimal SHA-256 of the tensors' bytes: conv1_1's kernel, its bias, conv1_2's kernel … Unlike a file's checksum
/// it is the same for every file form that the numbers come in.
std::string tensors_sha256(const VggWeights& weights);

}  // namespace styler
