#pragma once

#include <cstdint>
#include <vector>

#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/tiff/tiff_file.hpp"

namespace styler {

/// What a TIFF directory's tags say of the picture.
struct TiffLayout {
  uint32_t width = 0, height = 0;
  uint16_t bits = 0, samples = 0, format = 0, photometric = 0, planes = 0, compression = 0, orientation = 0;
  bool tiled = false;
  /// Strips are blocks as wide as the picture.
  uint32_t block_width = 0, block_height = 0;
  /// Samples of the file that become the picture's channels: its colours, or the number in its palette, and its alpha.
  std::vector<uint16_t> wanted;

  bool separate() const { return planes == PLANARCONFIG_SEPARATE; }
  bool floating() const { return format == SAMPLEFORMAT_IEEEFP; }
  bool with_sign() const { return format == SAMPLEFORMAT_INT; }
  bool grey() const { return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE; }
  bool lab() const {
    return photometric == PHOTOMETRIC_CIELAB || photometric == PHOTOMETRIC_ICCLAB || photometric == PHOTOMETRIC_ITULAB;
  }
};

/// Whether read_tiff_samples() knows numbers of this kind: integers of 1 to 64 bits, and floating point of 16, 24, 32
/// and 64.
bool has_known_samples(const TiffLayout& layout);

/// The wanted samples of each pixel, whatever strips, tiles or planes they lie in. Integers without a sign of up to 8
/// bits become 8U and those of up to 16 bits 16U, stretched to the whole of that; all other numbers stay what they are,
/// as 32F. Numbers in a palette stay as well, as 16U.
/// \param picture  is told of damage.
/// \throws Error{Input}
cv::Mat read_tiff_samples(const TiffFile& file, const TiffLayout& layout, const PictureSource& source,
                          DecodedPicture& picture);

}  // namespace styler
