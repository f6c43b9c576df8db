#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace styler {

/// The checksum that PNG asks for, of a chunk's type and data.
uint32_t png_checksum(std::string_view bytes);

/// A chunk of a PNG file; it points into the file.
struct PngChunk {
  std::string_view type, data;
  uint32_t checksum = 0;

  /// Whether nobody needs it to show the pixels.
  bool ancillary() const { return (static_cast<unsigned char>(type.front()) & 0x20) != 0; }
  bool intact() const;
};

/// All chunks that are whole, up to the one that marks the end.
std::vector<PngChunk> png_chunks(std::string_view png);

/// What PNG files hold of EXIF and XMP: in chunks of their own, and in texts, as programs put it there before there
/// were chunks for it. Chunks with a wrong checksum count as missing.
struct PngMetadata {
  std::vector<std::string> exif;  ///< Each a small TIFF file.
  std::vector<std::string> xmp;
};
/// Any bytes may come in. Memory: what is compressed may unfold to a few megabytes, and only few texts may.
PngMetadata png_metadata(std::string_view png);

/// The code points of a cICP chunk, which video standards number: H.273.
struct CodedColours {
  unsigned primaries = 2, transfer = 2, matrix = 0, full_range = 1;  ///< 2: not told.
};
std::optional<CodedColours> png_coded_colours(std::string_view png);

}  // namespace styler
