#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace styler {

/// One tensor of a file that others wrote. Listing a file reads no numbers, so that the 400 MB of a classifier that
/// nobody asks for stay on the disk.
struct ForeignTensor {
  std::vector<int64_t> shape;
  /// Reads the numbers: a tensor of `shape` on the CPU, of the file's own floating-point or whole-number type.
  /// \throws Error{Weights} when they are not all there.
  std::function<at::Tensor()> read;
};

/// Every tensor of a file, by name.
using ForeignTensors = std::map<std::string, ForeignTensor>;

/// The file forms that people have.
enum class ForeignForm {
  Hdf5,         ///< Keras' `.h5`
  TorchLegacy,  ///< PyTorch's `.pth` before 1.6
  TorchZip,     ///< PyTorch's `.pth` since 1.6
  Safetensors,
};

/// Tells the form from the first bytes. \throws Error{Weights} when the file is missing or of no known form.
ForeignForm foreign_form(const std::filesystem::path& file);

/// Lists a file of any known form. \throws Error{Weights} when it is damaged or asks for more than tensors.
ForeignTensors list_foreign_tensors(const std::filesystem::path& file);

}  // namespace styler
