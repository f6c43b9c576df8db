#include <cstdint>
#include <limits>
#include <utility>

#include "styler/image/codec/encoders.hpp"
#include "styler/image/codec/opencv/opencv_encoder.hpp"

// The two formats that are a header and the pixels as they are.

namespace styler {
namespace {

/// OpenCV, and some readers of BMP, count bytes in signed numbers of 32 bits.
void check_bytes(const Pixels& pixels, const char* refusal) {
  constexpr size_t kMostBytes = std::numeric_limits<int32_t>::max() - 512;  // with room for the header
  const size_t row_bytes = (pixels.row_bytes() + 3) / 4 * 4;                // rows of BMP start at multiples of four
  if (row_bytes > kMostBytes / static_cast<size_t>(pixels.height)) throw FormatLimit(refusal);
}

void put_number(std::string& file, size_t position, uint32_t number) {
  for (size_t i = 0; i < 4; ++i) file[position + i] = static_cast<char>(number >> 8 * i);
}

}  // namespace

std::string encode_bmp(Pixels pixels, int /*quality*/, const FileNotes& /*notes*/) {
  check_bytes(pixels, "BMP allows at most 2 GiB");
  const auto bytes = encode_with_opencv(".bmp", std::move(pixels));
  std::string file(text_of(bytes));
  // What OpenCV leaves at 0: how many bytes the pixels take, and the resolution, of which 72 pixels per inch is what
  // programs take as not known.
  constexpr size_t kHeaderBytes = 54, kSize = 34, kHorizontal = 38, kVertical = 42;
  constexpr uint32_t kPixelsPerMetre = 2835;
  put_number(file, kSize, static_cast<uint32_t>(file.size() - kHeaderBytes));
  put_number(file, kHorizontal, kPixelsPerMetre);
  put_number(file, kVertical, kPixelsPerMetre);
  return file;
}

std::string encode_ppm(Pixels pixels, int /*quality*/, const FileNotes& /*notes*/) {
  check_bytes(pixels, "PPM is written up to 2 GiB");
  const auto bytes = encode_with_opencv(".ppm", std::move(pixels));
  return std::string(text_of(bytes));
}

}  // namespace styler
