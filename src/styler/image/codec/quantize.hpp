#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "styler/core/picture/picture.hpp"

namespace styler {

/// A picture as encoders take it: rows from the top, without gaps, interleaved in OpenCV's order, which is blue, green,
/// red and perhaps alpha (straight), sRGB-encoded.
struct Pixels {
  int64_t width = 0, height = 0;
  int channels = 3;   ///< 3 or 4.
  int bit_depth = 8;  ///< 8, or 16 in the byte order of this machine.
  std::vector<uint8_t> bytes;

  size_t row_bytes() const {
    return static_cast<size_t>(width) * static_cast<size_t>(channels) * static_cast<size_t>(bit_depth / 8);
  }
  const uint8_t* row(int64_t y) const { return bytes.data() + static_cast<size_t>(y) * row_bytes(); }
};

struct QuantizeOptions {
  int bit_depth = 8;    ///< 8 or 16.
  bool dither = false;  ///< Noise before rounding, in colours only: a mask must stay what it is. Grey stays grey.
  /// Red, green, blue that show through where alpha is below 1; the result then has no alpha.
  std::optional<std::array<float, 3>> background;
};

/// Clamps to [0, 1], flattens if asked for, dithers if asked for, rounds. Runs on the calling thread alone, because the
/// others belong to the optimiser. Memory: the result, and a float32 copy of a picture that is of another type, device
/// or layout.
/// \param picture  no NaN (STYLER_ASSERT).
Pixels quantize(const Picture& picture, const QuantizeOptions& options);

}  // namespace styler
