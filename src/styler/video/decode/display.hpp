#pragma once

#include <cstdint>
#include <optional>

#include "styler/base/size.hpp"

namespace styler {

/// A display matrix as EXIF's orientation, 1 (upright) to 8, which is what Placement takes. None for a matrix that
/// turns by anything else than a multiple of 90 degrees.
/// \param matrix  nine numbers, of which the four that turn and mirror count. nullptr: upright.
std::optional<int> orientation_of(const int32_t* matrix);

/// The shape of one stored pixel, width by height.
struct PixelShape {
  int width = 1;
  int height = 1;
};

/// The size of a frame as it is seen, upright and of square pixels: the stored rows stay as many as they are, unless
/// `long_edge` asks for another size. A shape that no film has (none, or further from square than 1:8) counts as
/// square.
Size displayed_size(Size stored, PixelShape pixel, int orientation, int64_t long_edge);

/// The same before it is turned upright.
Size before_turning(Size displayed, int orientation);

}  // namespace styler
