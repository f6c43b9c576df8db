#pragma once

#include <opencv2/core/mat.hpp>

namespace styler {

/// Makes sRGB of CIE L*a*b* (white as in ICC profiles, D50), in place and relative to white: L = 100 is white. Colours
/// outside sRGB are cut off.
/// \param pixels  32F with three channels or more, of which the first are L (0 to 100), a and b; the others stay.
/// \throws std::bad_alloc
void srgb_from_lab(cv::Mat& pixels);

}  // namespace styler
