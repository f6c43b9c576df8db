#pragma once

#include <cstdint>

namespace styler {

/// Turns a picture upright: where each stored pixel belongs in a plane of the upright picture, namely at
/// origin + y · per_row + x · per_column.
struct Placement {
  int64_t height, width;  ///< Of the upright picture.
  int64_t origin, per_row, per_column;

  /// \param orientation  as EXIF counts: 1 (upright) to 8. It says which sides of the scene the first stored row and
  ///                     column show.
  Placement(int64_t stored_height, int64_t stored_width, int orientation) {
    const bool sideways = orientation >= 5;
    height = sideways ? stored_width : stored_height;
    width = sideways ? stored_height : stored_width;
    const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    const bool from_right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    const int64_t down = from_bottom ? -width : width, right = from_right ? -1 : 1;
    per_row = sideways ? right : down;
    per_column = sideways ? down : right;
    origin = (from_bottom ? (height - 1) * width : 0) + (from_right ? width - 1 : 0);
  }
};

}  // namespace styler
