#include <algorithm>
#include <cstdlib>
#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/picture_bytes.hpp"
#include "styler/image/codec/silent_opencv.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

/// The unsigned number of `count` bytes at `position`, the lowest first; 0 where the file ends before it.
uint32_t little_endian(std::string_view bytes, size_t position, size_t count) {
  if (position > bytes.size() || bytes.size() - position < count) return 0;
  uint32_t number = 0;
  while (count-- > 0) number = number << 8 | static_cast<unsigned char>(bytes[position + count]);
  return number;
}

uint32_t big_endian_32(std::string_view bytes, size_t position) {
  const uint32_t number = little_endian(bytes, position, 4);
  return number << 24 | (number & 0xFF00) << 8 | (number >> 8 & 0xFF00) | number >> 24;
}

struct Extent {
  uint64_t width = 0, height = 0;
};

Extent bmp_size(std::string_view bytes) {
  constexpr uint32_t kOs2Header = 12;
  if (little_endian(bytes, 14, 4) == kOs2Header) return {little_endian(bytes, 18, 2), little_endian(bytes, 20, 2)};
  // A negative height means that the top row comes first.
  const auto height = static_cast<int32_t>(little_endian(bytes, 22, 4));
  return {little_endian(bytes, 18, 4), static_cast<uint64_t>(std::abs(int64_t{height}))};
}

Extent gif_size(std::string_view bytes) { return {little_endian(bytes, 6, 2), little_endian(bytes, 8, 2)}; }

/// The largest of the sizes in an AVIF file, which may hold several pictures, tiles and an alpha plane.
Extent avif_size(std::string_view bytes) {
  Extent size;
  for (size_t found = bytes.find("ispe"sv); found != std::string_view::npos; found = bytes.find("ispe"sv, found + 1)) {
    constexpr size_t kWidth = 8, kHeight = 12;  // behind the box's type and version
    size.width = std::max<uint64_t>(size.width, big_endian_32(bytes, found + kWidth));
    size.height = std::max<uint64_t>(size.height, big_endian_32(bytes, found + kHeight));
  }
  return size;
}

Extent size_of(PictureFormat format, std::string_view bytes) {
  if (format == PictureFormat::Gif) return gif_size(bytes);
  return format == PictureFormat::Avif ? avif_size(bytes) : bmp_size(bytes);
}

/// An empty Mat when OpenCV cannot decode these bytes.
cv::Mat decoded(const std::string& bytes) {
  try {
    const SilentOpenCv silence;
    const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    // UNCHANGED is the only mode of OpenCV 4.6 that keeps alpha.
    return cv::imdecode(buffer, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& exception) {
    if (exception.code == cv::Error::StsNoMem) throw;
    return {};
  }
}

/// A BMP as long as its header says, with zeros for what is missing. Other files as they are.
std::string completed(std::string_view bytes, PictureFormat format, const Extent& size) {
  std::string result(bytes);
  if (format != PictureFormat::Bmp) return result;
  const uint64_t bits_per_pixel = std::min(little_endian(bytes, 28, 2), 32U);
  const uint64_t row = (size.width * bits_per_pixel + 31) / 32 * 4;
  const uint64_t whole = little_endian(bytes, 10, 4) + row * size.height;
  const uint64_t most = bytes.size() + row * size.height;
  if (whole > bytes.size() && whole <= most) result.resize(whole, '\0');
  return result;
}

/// OpenCV's order is blue first.
void to_rgb_order(cv::Mat& pixels) {
  if (pixels.channels() < 3) return;
  const bool alpha = pixels.channels() == 4;
  const int pairs[] = {0, 2, 1, 1, 2, 0, 3, 3};
  cv::Mat reordered(pixels.size(), pixels.type());
  cv::mixChannels(&pixels, 1, &reordered, 1, pairs, alpha ? 4 : 3);
  pixels = std::move(reordered);
}

/// 32-bit BMP files have a fourth channel that most programs leave at 0 without meaning that all be transparent.
bool fourth_channel_is_unused(const cv::Mat& pixels) {
  cv::Mat alpha;
  cv::extractChannel(pixels, alpha, pixels.channels() - 1);
  return cv::countNonZero(alpha) == 0;
}

}  // namespace

DecodedPicture decode_with_opencv(const PictureSource& source) {
  const auto format = picture_format(source.bytes);
  const Extent size = size_of(format, source.bytes);
  source.check_size(size.width, size.height);
  if (source.bytes.size() > std::numeric_limits<int>::max() / 2) source.refuse("is larger than 1 GiB; make it a PNG");
  DecodedPicture picture;
  picture.pixels = decoded(std::string(source.bytes));
  if (picture.pixels.empty()) {
    source.report_damage(picture);
    picture.pixels = decoded(completed(source.bytes, format, size));
  }
  const auto& pixels = picture.pixels;
  if (pixels.empty() || (pixels.depth() != CV_8U && pixels.depth() != CV_16U)) source.refuse_as_damaged();
  source.check_size(static_cast<uint64_t>(pixels.cols), static_cast<uint64_t>(pixels.rows));
  if (pixels.channels() == 4 && format == PictureFormat::Bmp && fourth_channel_is_unused(pixels)) {
    cv::Mat opaque(pixels.size(), CV_MAKETYPE(pixels.depth(), 3));
    const int pairs[] = {0, 0, 1, 1, 2, 2};
    cv::mixChannels(&pixels, 1, &opaque, 1, pairs, 3);
    picture.pixels = std::move(opaque);
  }
  to_rgb_order(picture.pixels);
  picture.colour = pixels.channels() < 3 ? ColourKind::Grey : ColourKind::Rgb;
  if (pixels.channels() % 2 == 0) picture.alpha = AlphaKind::Straight;
  if (format == PictureFormat::Gif && source.bytes.find("NETSCAPE2.0"sv) != std::string_view::npos) {
    picture.warnings.emplace_back("is animated; its first frame is used");
  }
  return picture;
}

}  // namespace styler
