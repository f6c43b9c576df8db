#pragma once

#include <string>
#include <vector>

#include "styler/image/image_io.hpp"
#include "support/picture_files.hpp"

namespace styler::test {

/// The bytes of a committed picture, by its place in tests/data/pictures: `png/rgb8.png`. make_pictures.sh there made
/// it.
std::string fixture(const std::string& name);

/// The places of all committed files that show something, in order: those in broken/ are left out.
std::vector<std::string> fixture_names();

/// Decodes bytes that have no file; `warnings` may be nullptr.
Picture decoded(const std::string& bytes, const ReadOptions& options = {},
                std::vector<std::string>* warnings = nullptr);

/// The largest difference of two tensors of the same size, in units of 1/255.
double difference(const at::Tensor& a, const at::Tensor& b);

/// The value of one pixel in units of 1/255.
double value_at(const at::Tensor& planes, int channel, int y, int x);

/// Where the pixel (y, x) of a stored picture of h×w belongs, by the table of the EXIF standard, which says for each
/// orientation which sides of the scene the first row and the first column show.
at::Tensor turned_upright(const at::Tensor& stored, int orientation);

}  // namespace styler::test
