#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "styler/image/codec/decoders.hpp"

namespace styler {

/// How a BMP file's pixels lie in it.
enum class BmpCoding {
  Rows,  ///< One after the other, each filled up to four bytes.
  Runs,  ///< RLE of 4 and 8 bits, and OS/2's of 24.
};

/// One channel's bits of a pixel.
struct BmpField {
  uint32_t shift = 0;
  uint32_t largest = 0;  ///< All its bits set, counted from the lowest of them; 0: the channel is not there.
};

/// What a BMP file says of itself before its pixels, whatever version of the header says it.
struct BmpHeader {
  int64_t width = 0, height = 0;
  bool top_down = false;
  uint32_t bits = 0;  ///< Per pixel: 1, 2, 4, 8 (numbers of colours in the palette), 16, 24 or 32.
  BmpCoding coding = BmpCoding::Rows;
  std::vector<std::array<uint8_t, 3>> palette;  ///< Red, green, blue, for each number that a pixel can have.
  std::array<BmpField, 4> fields;               ///< Red, green, blue, alpha; where there is no palette.
  size_t pixels_at = 0;
  std::string icc;  ///< Empty: sRGB.
  std::vector<std::string> warnings;

  bool indexed() const { return bits <= 8; }
  /// Of a row in BmpCoding::Rows, from the beginning of one to that of the next.
  uint64_t row_bytes() const { return (static_cast<uint64_t>(width) * bits + 31) / 32 * 4; }
};

/// Reads the headers of OS/2 (12 bytes, and 16 to 64) and Windows (40, 52, 56, 108, 124), with their masks, palettes
/// and profiles.
/// \throws Error{Input} for a size that source.check_size() refuses, for what makes no sense, and, by its name, for
/// what
///         is not read here: an embedded JPEG or PNG, OS/2's fax coding, 64 bits a pixel.
BmpHeader read_bmp_header(const PictureSource& source);

}  // namespace styler
