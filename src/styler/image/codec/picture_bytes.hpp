#pragma once

#include <string>
#include <string_view>

namespace styler {

/// The formats that are told apart. No decoder gets anything else to guess at.
enum class PictureFormat { Jpeg, Png, WebP, Tiff, Bmp, Pnm, Gif, Avif, Heic, JpegXl, Jpeg2000, OpenExr, Unknown };

/// Tells the format from the first bytes; the name of the file plays no part.
PictureFormat picture_format(std::string_view bytes);

/// The format's name for messages: "JPEG", "PNG" …
std::string_view format_name(PictureFormat format);

/// Whether a JPEG, PNG or WebP file ends before its own end marker. Decoders fill what is missing with grey, which no
/// user wants to see. False for other formats: their decoders notice it themselves.
bool is_truncated(std::string_view bytes);

/// How the camera was held, as EXIF says it: 1 (upright) to 8. Also 1 when a JPEG, PNG or WebP file does not say, and
/// for all other formats; TIFF has it among its own tags.
int exif_orientation(std::string_view bytes);

/// The ICC profile of a JPEG file, put together from the segments it is spread over; empty if there is none, or if one
/// of them is missing.
std::string jpeg_icc_profile(std::string_view bytes);

/// Whether a PNG file has a chunk of this type before its end: "acTL" in animated ones.
bool png_has_chunk(std::string_view bytes, std::string_view type);

}  // namespace styler
