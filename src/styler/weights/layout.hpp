#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "styler/core/network/network_file.hpp"
#include "styler/weights/foreign/foreign_file.hpp"

namespace styler {

/// A network as it was found among somebody's tensors.
struct FoundNetwork {
  NamedTensors tensors;  ///< Those of the network's form, in its order; contiguous.
  /// `caffe` when the layout itself tells, as Keras' and Johnson's of VGG19 do; empty when files of either convention
  /// look so.
  std::string convention;
};

/// One tensor of somebody's file, as float32.
/// \param file  Only named in messages.
/// \throws Error{Weights} when it is missing, of another shape, or of whole numbers.
at::Tensor read_float_tensor(const ForeignTensors& tensors, const std::string& name, const std::vector<int64_t>& shape,
                             const NetworkForm& form, const std::filesystem::path& file);

/// \throws Error{Weights} naming the first layer (`conv1_1`) that holds a NaN or an infinity.
void check_finite(const NamedTensors& tensors, const std::filesystem::path& file);

/// Hexadecimal SHA-256 of the tensors' bytes, one after the other. Unlike a file's checksum it is the same for every
/// file form that the numbers come in.
std::string tensors_sha256(const NamedTensors& tensors);

}  // namespace styler
