#pragma once

#include <cstddef>
#include <memory>

#include "styler/image/codec/decoders.hpp"

namespace styler {

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
/// ignored, with a warning added to the picture; CMYK is then converted as if its inks were ideal.
std::unique_ptr<ColourTransform> transform_to_srgb(DecodedPicture& picture);

}  // namespace styler
