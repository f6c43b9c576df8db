#include <algorithm>
#include <limits>

#include "styler/image/codec/encoders.hpp"

// The two formats that are a header and the pixels as they are: less to write than to ask a library for.

namespace styler {
namespace {

void append_number(std::string& bytes, uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> 8 * i & 0xFF);
}

/// The 14 bytes of a bitmap's file header and the 40 of its oldest information header, which everything reads.
std::string bitmap_headers(const Pixels& pixels, uint32_t pixel_bytes) {
  constexpr uint32_t kInformationBytes = 40, kHeaderBytes = 14 + kInformationBytes, kPixelsPerMetre = 2835;  // 72 dpi
  std::string bytes = "BM";
  append_number(bytes, kHeaderBytes + pixel_bytes, 4);
  append_number(bytes, 0, 4);  // reserved
  append_number(bytes, kHeaderBytes, 4);
  append_number(bytes, kInformationBytes, 4);
  append_number(bytes, static_cast<uint32_t>(pixels.width), 4);
  append_number(bytes, static_cast<uint32_t>(pixels.height), 4);  // positive: from the bottom up
  append_number(bytes, 1, 2);                                     // planes
  append_number(bytes, 24, 2);                                    // bits per pixel
  append_number(bytes, 0, 4);                                     // not compressed
  append_number(bytes, pixel_bytes, 4);
  append_number(bytes, kPixelsPerMetre, 4);
  append_number(bytes, kPixelsPerMetre, 4);
  append_number(bytes, 0, 4);  // no palette
  append_number(bytes, 0, 4);
  return bytes;
}

}  // namespace

std::string encode_bmp(const Pixels& pixels, int /*quality*/, const FileNotes& /*notes*/) {
  const size_t row_bytes = (pixels.row_bytes() + 3) / 4 * 4;  // rows start at multiples of four
  const auto height = static_cast<size_t>(pixels.height);
  constexpr size_t kMostBytes = std::numeric_limits<int32_t>::max() - 100;  // some readers count in signed numbers
  if (row_bytes > kMostBytes / height) throw FormatLimit("BMP allows at most 2 GiB");
  std::string file = bitmap_headers(pixels, static_cast<uint32_t>(row_bytes * height));
  const size_t header = file.size();
  file.resize(header + row_bytes * height);
  for (size_t y = 0; y < height; ++y) {
    const uint8_t* const source = pixels.row(pixels.height - 1 - static_cast<int64_t>(y));
    char* const target = file.data() + header + y * row_bytes;
    for (size_t i = 0; i < pixels.row_bytes(); i += 3) {
      std::reverse_copy(source + i, source + i + 3, target + i);  // blue first
    }
  }
  return file;
}

std::string encode_ppm(const Pixels& pixels, int /*quality*/, const FileNotes& /*notes*/) {
  std::string file = "P6\n" + std::to_string(pixels.width) + " " + std::to_string(pixels.height) + "\n255\n";
  return file.append(reinterpret_cast<const char*>(pixels.bytes.data()), pixels.bytes.size());
}

}  // namespace styler
