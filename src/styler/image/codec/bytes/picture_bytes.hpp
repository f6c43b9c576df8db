#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "styler/image/codec/bytes/shown_as.hpp"

namespace styler {

/// The formats that are told apart. No decoder gets anything else to guess at.
enum class PictureFormat { Jpeg, Png, WebP, Tiff, Bmp, Pnm, Gif, Avif, Heic, JpegXl, Jpeg2000, OpenExr, Raw, Unknown };

/// Tells the format from the first bytes; the name of the file plays no part.
PictureFormat picture_format(std::string_view bytes);

/// The format's name for messages: "JPEG", "PNG" …
std::string_view format_name(PictureFormat format);

/// Whether a JPEG, PNG or WebP file ends before its own end marker. Decoders fill what is missing with grey, which no
/// user wants to see. False for other formats: their decoders notice it themselves.
bool is_truncated(std::string_view bytes);

/// What a file holds of EXIF and XMP: in JPEG's segments, PNG's chunks, WebP's chunks, TIFF's tags. Empty for other
/// formats.
MetadataBlocks metadata_blocks(std::string_view bytes);

/// The ICC profile of a JPEG file, put together from the segments it is spread over; empty if there is none, nothing if
/// a part is missing.
std::optional<std::string> jpeg_icc_profile(std::string_view bytes);

/// "a lossless JPEG", "a JPEG of 12 bits" … for kinds of JPEG that few programs write; empty for the others.
std::string rare_jpeg_kind(std::string_view bytes);

/// Whether a PNG file has a chunk of this type before its end: "acTL" in animated ones.
bool png_has_chunk(std::string_view bytes, std::string_view type);

}  // namespace styler
