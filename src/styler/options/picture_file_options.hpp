#pragma once

#include <array>
#include <cstdint>

namespace styler {

/// What a file may be like to be read.
struct ReadOptions {
  /// A file whose header speaks of more pixels is refused before anything is decoded.
  int64_t max_pixels = 500'000'000;
  /// Take what can be decoded of a file that ends early or is damaged, with a warning, instead of refusing it.
  bool allow_truncated = false;
  /// What reading may take in memory, in bytes; 0: all that there is. A file whose header says that it takes more is
  /// refused before anything is decoded. Not the user's to say: it follows from the limit of the whole run.
  int64_t memory_bytes = 0;
  /// The long edge in pixels at which the picture will be used; 0: its own. A large JPEG is decoded at a half, a
  /// quarter or an eighth of its size where that is at least twice as much. Follows from the size of the run.
  int64_t used_edge = 0;

  /// \throws Error{InvalidArgument}
  void validate() const;
};

/// How a picture is put into a file.
struct WriteOptions {
  /// Bits per channel: 8, or 16 for PNG and TIFF.
  int bit_depth = 8;
  /// 1 to 100, for JPEG (always with full colour resolution, 4:4:4) and WebP. 0: 95 for JPEG, lossless for WebP.
  int quality = 0;
  /// Adds noise of one level (triangular, the same each time) before rounding, so that smooth gradients show no bands.
  bool dither = false;
  /// What shows through where a picture with alpha goes into a format without: red, green, blue in [0, 1].
  std::array<double, 3> background = {1, 1, 1};
  /// A file that is write-protected may be replaced.
  bool replaces_protected = false;

  /// \throws Error{InvalidArgument} naming the field, its value, the constraint and the remedy.
  void validate() const;
};

}  // namespace styler
