#pragma once

#include <string>
#include <vector>

#include "styler/core/picture/picture.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// Pictures in rows and columns with a label each, for choosing by eye.
struct ContactSheet {
  std::vector<std::string> columns;  ///< Labels; at least one.
  std::vector<std::string> rows;     ///< Labels; at least one, which may be empty.
  /// Row by row, on the CPU; of any sizes. Where there is none yet, its colour is undefined.
  std::vector<Picture> pictures;
  /// What is written below each picture; empty: nothing is written below any. Else as many as there are pictures.
  std::vector<std::string> captions{};
};

/// Of the sheet as it is drawn when its largest picture is of `place`.
Size drawn_size(const ContactSheet& sheet, Size place);

/// The sheet as one opaque picture on white; transparent pictures show the white. Places are as large as the largest
/// picture. Labels are drawn in ASCII, with a question mark for any other letter, and smaller where they would not fit.
/// Memory: the sheet, at 12 bytes per pixel.
Picture drawn(const ContactSheet& sheet);

}  // namespace styler
