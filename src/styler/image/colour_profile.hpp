#pragma once

#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>

#include "styler/image/codec/decoders.hpp"

namespace styler {

/// The warning about a profile that cannot be used.
inline constexpr char kUselessProfile[] =
    "has a colour profile that is damaged or for other pixels; it is taken for sRGB";

/// Chromaticities x, y of white and the three primaries.
struct Primaries {
  double white[2], red[2], green[2], blue[2];
  static Primaries of_srgb();
};

/// The ICC profile of pixels that were encoded with a power function; empty when that is sRGB as far as its author can
/// have meant it, or when the numbers make no sense.
/// \param exponent  of the encoding, as in PNG's gAMA chunk: 1/2.2 as a rule.
std::string gamma_profile(double exponent, const Primaries& primaries, bool grey);

/// Turns rows of a decoded picture's colours, alpha left aside, into sRGB. Thread safe as long as each thread has its
/// own.
class ColourTransform {
 public:
  virtual ~ColourTransform() = default;
  /// \param count   pixels
  /// \param colours count · channels values in [0, 1], interleaved, channels as in the picture
  /// \param rgb     gets 3 · count values in [0, 1]
  virtual void apply(const float* colours, float* rgb, size_t count) const = 0;
};

/// The transform that a picture's profile asks for, relative colorimetric with black point compensation; nullptr when
/// its colours are sRGB already, or grey with sRGB's curve. A profile that is damaged or for another kind of pixels is
/// ignored, with a warning added to the picture.
/// \throws Error{Input} for CMYK without a profile that fits.
std::unique_ptr<ColourTransform> transform_to_srgb(DecodedPicture& picture, const PictureSource& source);

}  // namespace styler
