#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/size.hpp"
#include "styler/options/picture_file_options.hpp"

namespace styler {

/// What the channels before alpha mean.
enum class ColourKind {
  Grey,  ///< One channel, 0 is black.
  Rgb,   ///< Three channels, red first.
  Cmyk,  ///< Four channels, 0 is no ink.
};

enum class AlphaKind { None, Straight, Premultiplied };

/// What alpha adds to the memory of a pixel beside its channel: its plane, and what filling hidden colours takes.
inline constexpr int kAlphaBytes = 6;

/// What a decoder makes of a file: pixels as they are stored, and what must be known to show them rightly.
struct DecodedPicture {
  /// 8U or 16U (full scale is 255 or 65535), or 32F (1; any value may occur). Channels as `colour` says; where `alpha`
  /// is not None, one more.
  cv::Mat pixels;
  ColourKind colour = ColourKind::Rgb;
  AlphaKind alpha = AlphaKind::None;
  /// An ICC profile as it lies in the file, to be mistrusted; empty: sRGB, or grey with sRGB's curve.
  std::string icc;
  /// Of the file, where it was decoded smaller than that; stored as the pixels are.
  Size file_size{};
  /// The file's own tags say whose colours these are, though no profile does.
  bool colours_are_told = false;
  /// As EXIF counts: 1 (upright) to 8; 0 where the format has no tag of its own for it, or the file leaves it out.
  int orientation = 0;
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

  /// To be called before memory in proportion to the size is asked for: check_pixels() and check_memory() in one.
  /// \param pixel_bytes  as check_memory() has it; where a decoder does not say, one that is enough for 8 bits.
  void check_size(uint64_t width, uint64_t height, double pixel_bytes = 4) const;

  /// \throws Error{Input} when there is no pixel, more than max_pixels, or a side too long for cv::Mat.
  void check_pixels(uint64_t width, uint64_t height) const;

  /// The one place where a picture's memory is counted: the file, what the decoder holds, and what is made of it.
  /// \param pixel_bytes  what the decoder holds of every pixel when it holds most, the decoded pixel included.
  /// \throws Error{Memory} when it is more than may be used.
  void check_memory(int64_t pixels, double pixel_bytes) const;
  bool has_memory_for(int64_t pixels, double pixel_bytes) const;

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
