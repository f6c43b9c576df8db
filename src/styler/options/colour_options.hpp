#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace styler {

/// Whose colours the result has.
enum class ColourMode {
  Style,      ///< The style picture's.
  Luminance,  ///< The content's, exactly: only what is light and dark is painted, on grey pictures.
  Match,      ///< The style picture's, after they were given the mean and covariance of the content's.
  Histogram,  ///< The same, given the whole distribution of the content's colours.
};

/// All there are, as --color spells them: `style` (the default), `luminance`, `match`, `histogram`.
std::vector<std::string> colour_mode_names();
std::string colour_mode_name(ColourMode mode);
/// \throws Error{InvalidArgument} for another name.
ColourMode parse_colour_mode(std::string_view name);

}  // namespace styler
