#pragma once

#include <string>

namespace styler {

/// An ICC profile (version 2.1, which everything reads) of sRGB: 3 kB, the same bytes each time.
/// \throws std::bad_alloc
const std::string& srgb_profile();

}  // namespace styler
