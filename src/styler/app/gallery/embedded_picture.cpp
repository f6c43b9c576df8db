#include "styler/app/gallery/embedded_picture.hpp"

#include <string_view>

#include "styler/app/gallery/web_text.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

Picture shrunk(const Picture& picture, int64_t edge) {
  const Size full = own_size(picture);
  if (full.long_edge() <= edge) return picture;
  const Size size = scaled_to_long_edge(full, edge);
  Picture small{resized(picture.colour, size), {}};
  if (picture.alpha.defined()) small.alpha = resized(picture.alpha, size).clamp(0, 1);
  return small;
}

/// Without the segments APP1 … APP15: sRGB is what browsers assume, so a profile of kilobytes in each of a thousand
/// thumbnails says nothing.
std::string without_profiles(std::string_view jpeg) {
  constexpr unsigned char kApp1 = 0xE1, kApp15 = 0xEF, kScan = 0xDA;
  const auto byte = [&](size_t position) { return static_cast<unsigned char>(jpeg[position]); };
  size_t position = 2;
  std::string bare(jpeg.substr(0, position));
  while (position + 4 <= jpeg.size() && byte(position) == 0xFF && byte(position + 1) != kScan) {
    const unsigned char marker = byte(position + 1);
    const size_t length = size_t{2} + (byte(position + 2) << 8 | byte(position + 3));
    if (marker < kApp1 || marker > kApp15) bare += jpeg.substr(position, length);
    position += length;
  }
  if (position < jpeg.size()) bare += jpeg.substr(position);
  return bare;
}

}  // namespace

std::string embedded_picture(const Picture& picture, int64_t edge) {
  return base64(without_profiles(encode_picture(shrunk(picture, edge), "embedded.jpg", {.quality = kEmbeddedQuality})));
}

}  // namespace styler::app
