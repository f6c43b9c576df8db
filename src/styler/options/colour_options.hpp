#pragma once

#include "styler/base/text/names.hpp"

namespace styler {

/// Whose colours the result has.
enum class ColourMode {
  Style,      ///< The style picture's.
  Luminance,  ///< The content's, exactly: only what is light and dark is painted, on grey pictures.
  Match,      ///< The style picture's, after they were given the mean and covariance of the content's.
  Histogram,  ///< The same, given the whole distribution of the content's colours.
};

inline constexpr Names<ColourMode, 4> kColourModes{{{{ColourMode::Style, "style"},
                                                     {ColourMode::Luminance, "luminance"},
                                                     {ColourMode::Match, "match"},
                                                     {ColourMode::Histogram, "histogram"}}}};

}  // namespace styler
