#pragma once

#include <cstdint>
#include <string>

#include "styler/core/picture/picture.hpp"

namespace styler::app {

/// Quality of embedded JPEGs; strokes look the same as at 95 and take half the room.
inline constexpr int kEmbeddedQuality = 80;

/// A JPEG of the picture in base64, shrunk to `edge` pixels at its longer side where it is larger, with nothing but
/// what a browser needs to show it; alpha is flattened on white.
/// \throws Error as encode_picture
std::string embedded_picture(const Picture& picture, int64_t edge);

}  // namespace styler::app
