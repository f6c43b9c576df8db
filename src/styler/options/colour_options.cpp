#include "styler/options/colour_options.hpp"

#include <array>
#include <cstddef>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// In the order of the enumeration.
constexpr std::array<const char*, 4> kNames = {"style", "luminance", "match", "histogram"};

}  // namespace

std::vector<std::string> colour_mode_names() { return {kNames.begin(), kNames.end()}; }

std::string colour_mode_name(ColourMode mode) { return kNames.at(static_cast<size_t>(mode)); }

ColourMode parse_colour_mode(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames.at(i) == name) return static_cast<ColourMode>(i);
  }
  throw Error(ErrorCode::InvalidArgument,
              "color is '" + std::string(name) + "' but must be style, luminance, match or histogram");
}

}  // namespace styler
