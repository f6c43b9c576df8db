#pragma once

#include <filesystem>

#include "styler/weights/foreign/foreign_file.hpp"

namespace styler {

/// Lists the tensors of a state dict that PyTorch wrote in its form before version 1.6: pickles, then the numbers.
/// \throws Error{Weights} when the file is damaged, or its pickle asks for what no tensor needs.
ForeignTensors list_torch_legacy_tensors(const std::filesystem::path& file);

/// Lists the tensors of a state dict that PyTorch wrote in its form since version 1.6: a zip archive with one pickle.
/// \throws Error{Weights} as above.
ForeignTensors list_torch_zip_tensors(const std::filesystem::path& file);

}  // namespace styler
