#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "styler/options/picture_file_options.hpp"

namespace styler {

/// What the channels before alpha mean.
enum class ColourKind {
  Grey,  ///< One channel, 0 is black.
  Rgb,   ///< Three channels, red first.
  Cmyk,  ///< Four channels, 0 is no ink.
};

enum class AlphaKind { None, Straight, Premultiplied };

/// What a decoder makes of a file: pixels as they are stored, and what must be known to show them rightly.
struct DecodedPicture {
  /// 8U or 16U (full scale is 255 or 65535), or 32F (1; any value may occur). Channels as `colour` says; where `alpha`
  /// is not None, one more.
  cv::Mat pixels;
  ColourKind colour = ColourKind::Rgb;
  AlphaKind alpha = AlphaKind::None;
  /// An ICC profile as it lies in the file, to be mistrusted; empty: sRGB, or grey with sRGB's curve.
  std::string icc;
  /// As EXIF counts: 1 (upright) to 8.
  int orientation = 1;
  /// What the user should know, as predicates: "is animated; …".
  std::vector<std::string> warnings;
};

int colour_channels(ColourKind kind);

/// The file that a decoder gets, with the sentences that all decoders use to turn it down.
struct PictureSource {
  std::string_view bytes;
  const std::filesystem::path& name;
  const ReadOptions& options;
  /// For messages: "JPEG".
  std::string_view format;

  /// \throws Error{Input} "picture 'name' " + `predicate`, always.
  [[noreturn]] void refuse(const std::string& predicate) const;

  /// Because nothing of it can be decoded. \throws Error{Input}, always.
  [[noreturn]] void refuse_as_damaged() const;

  /// For damage that leaves something to be seen: refuses the file, or with allow_truncated adds a warning.
  void report_damage(DecodedPicture& picture) const;

  /// To be called before memory in proportion to the size is asked for.
  /// \throws Error{Input} when there is no pixel, more than max_pixels, or a side too long for cv::Mat.
  void check_size(uint64_t width, uint64_t height) const;

  /// What a decoder of so many pixels may ask for at once beside them, in bytes: enough for all of them in their
  /// largest form (five channels of 4 bytes), and for the profile and the tables of a small picture.
  static int64_t memory_limit(int64_t pixels);
};

// Each decodes one format. They agree in this: the size is checked before anything is decoded; nothing is printed; any
// bytes may come in, whatever was asked of a decoder, and other than a picture only Error{Input} and failures of
// allocation (std::bad_alloc, cv::Exception with StsNoMem) come out.
DecodedPicture decode_jpeg(const PictureSource& source);
DecodedPicture decode_png(const PictureSource& source);
DecodedPicture decode_tiff(const PictureSource& source);
DecodedPicture decode_webp(const PictureSource& source);
DecodedPicture decode_pnm(const PictureSource& source);
DecodedPicture decode_bmp(const PictureSource& source);
/// GIF and AVIF, where OpenCV was built with them.
DecodedPicture decode_with_opencv(const PictureSource& source);

}  // namespace styler
