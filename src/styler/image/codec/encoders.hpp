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

/// The encoders: one per format, each by cv::imencode unless its file says why not. They put into the bytes what OpenCV
/// leaves out: that the picture is sRGB, where the format can say so, and the notes. Each needs no locks, keeps its
/// library from printing, and gives the same bytes for the same input.
/// \param pixels   no longer on a side than the format allows: see OutputFormat in write_picture.cpp. Taken, so that
///                 their memory is free when the bytes are put together.
/// \param quality  1 to 100; 0 is the format's own default, see WriteOptions. Formats without it take no notice.
/// \param notes    whose size the format can hold: see fitting_notes() in write_picture.cpp.
/// \throws FormatLimit for what else the format can't hold, std::bad_alloc
std::string encode_png(Pixels pixels, int quality, const FileNotes& notes);   ///< 8 and 16 bits, with alpha or without.
std::string encode_jpeg(Pixels pixels, int quality, const FileNotes& notes);  ///< 8 bits, no alpha.
std::string encode_tiff(Pixels pixels, int quality, const FileNotes& notes);  ///< As PNG; `exif` is left out.
std::string encode_webp(Pixels pixels, int quality, const FileNotes& notes);  ///< 8 bits, with alpha or without.
std::string encode_bmp(Pixels pixels, int quality, const FileNotes& notes);   ///< 8 bits, no alpha; no notes.
std::string encode_ppm(Pixels pixels, int quality, const FileNotes& notes);   ///< 8 bits, no alpha; no notes.

}  // namespace styler
