#pragma once

#include <filesystem>

#include "styler/base/size.hpp"
#include "styler/video/motion/flow.hpp"

namespace styler {

/// Reads a flow as the Middlebury benchmark stores it (`.flo`: a mark, width and height, and u and v of each pixel, all
/// of four bytes with the lowest first), which every program that finds motion can write.
/// \param size  that it must have.
/// \throws Error{Input} naming the file and what is wrong with it.
Flow read_flo_file(const std::filesystem::path& file, Size size);

}  // namespace styler
