#pragma once

#include <filesystem>

#include "styler/weights/foreign/foreign_file.hpp"

namespace styler {

/// Lists the floating-point datasets of an HDF5 file by their path, `block1_conv1/block1_conv1_W_1:0`. They are read as
/// float32. Links out of the file are not followed, and no filter plug-in is loaded.
/// \throws Error{Weights} when the file is damaged.
ForeignTensors list_hdf5_tensors(const std::filesystem::path& file);

}  // namespace styler
