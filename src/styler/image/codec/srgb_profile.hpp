#pragma once

#include <string>

namespace styler {

/// An ICC profile (version 2.1, which everything reads) of sRGB: 3 kB, the same bytes each time.
/// \throws std::bad_alloc
const std::string& srgb_profile();

/// Chromaticities x, y of white and the three primaries.
struct Primaries {
  double white[2], red[2], green[2], blue[2];
  static Primaries of_srgb();
  static Primaries of_adobe_rgb();
};

/// Whether they are the same but for rounding.
bool are_close(const Primaries& a, const Primaries& b);

/// The ICC profile of pixels that were encoded with a power function; empty when that is sRGB as far as its author can
/// have meant it, or when the numbers make no sense.
/// \param exponent  of the encoding, as in PNG's gAMA chunk: 1/2.2 as a rule.
std::string gamma_profile(double exponent, const Primaries& primaries, bool grey);

/// The ICC profile of Adobe RGB (1998), or of its greys.
/// \throws std::bad_alloc
std::string adobe_rgb_profile(bool grey);

/// The warning about a profile that cannot be used.
inline constexpr char kUselessProfile[] =
    "has a colour profile that is damaged or for other pixels; it is taken for sRGB";

}  // namespace styler
