#pragma once

#include <stdexcept>
#include <string>

#include "styler/image/codec/quantize.hpp"

namespace styler {

/// What the format of a file cannot hold, as the second half of a sentence: "BMP allows at most 2 GiB".
class FormatLimit : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What goes into a file beside its pixels, in the form in which files hold it.
struct FileNotes {
  std::string parameters;  ///< PNG's own text chunk; elsewhere part of `xmp`.
  std::string exif;        ///< An EXIF block: a small TIFF file.
  std::string xmp;         ///< An XMP packet.
};

/// The encoders: one per format, in a file of its own. Each tags the picture as sRGB where its format can, needs no
/// locks, keeps its library from printing, and gives the same bytes for the same input.
/// \param pixels   no longer on a side than the format allows: see OutputFormat in write_picture.cpp.
/// \param quality  1 to 100; 0 is the format's own default, see WriteOptions. Formats without it take no notice.
/// \param notes    whose size the format can hold: see fitting_notes() in metadata.hpp.
/// \throws FormatLimit for what else the format can't hold, std::bad_alloc
std::string encode_png(const Pixels& pixels, int quality, const FileNotes& notes);   ///< 8 and 16 bits, RGB and RGBA.
std::string encode_jpeg(const Pixels& pixels, int quality, const FileNotes& notes);  ///< 8 bits, RGB.
std::string encode_tiff(const Pixels& pixels, int quality, const FileNotes& notes);  ///< As PNG; `exif` is left out.
std::string encode_webp(const Pixels& pixels, int quality, const FileNotes& notes);  ///< 8 bits, RGB and RGBA.
std::string encode_bmp(const Pixels& pixels, int quality, const FileNotes& notes);   ///< 8 bits, RGB; no notes.
std::string encode_ppm(const Pixels& pixels, int quality, const FileNotes& notes);   ///< 8 bits, RGB; no notes.

}  // namespace styler
