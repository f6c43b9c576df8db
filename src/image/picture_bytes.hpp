#pragma once

#include <string_view>

namespace styler {

/// The formats whose files this code looks into by itself. Other files may still decode.
enum class PictureFormat { Jpeg, Png, WebP, Tiff, Bmp, Pnm, Unknown };

/// Tells the format from the first bytes; the name of the file plays no part.
PictureFormat picture_format(std::string_view bytes);

/// The format's name for messages: "JPEG", "PNG" …
std::string_view format_name(PictureFormat format);

/// Whether a JPEG, PNG or WebP file ends before its own end marker. Decoders fill what is missing with grey, which no
/// user wants to stylise. False for other formats: their decoders notice it themselves.
bool is_truncated(std::string_view bytes);

/// How the camera was held, as EXIF says it: 1 (upright) to 8. Also 1 when a JPEG, PNG or WebP file does not say, and
/// for all other formats.
int exif_orientation(std::string_view bytes);

}  // namespace styler
