#pragma once

#include "styler/core/picture/picture.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/colour/colour_profile.hpp"

namespace styler {

/// Makes of a decoded picture what decode_picture promises: upright, three channels in sRGB, straight alpha that hides
/// nothing. Memory: the result, and, only for pictures with alpha and after the decoded pixels are given back, 6 bytes
/// a pixel.
/// \param to_srgb  nullptr when the colours are sRGB already.
Picture assemble(DecodedPicture decoded, const ColourTransform* to_srgb);

}  // namespace styler
