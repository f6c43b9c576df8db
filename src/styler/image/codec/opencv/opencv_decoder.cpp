#include <algorithm>
#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/image/codec/bytes/byte_order.hpp"
#include "styler/image/codec/bytes/picture_bytes.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/opencv/silent_opencv.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

struct Extent {
  uint64_t width = 0, height = 0;
};

Extent gif_size(std::string_view bytes) { return {little_endian(bytes, 6, 2), little_endian(bytes, 8, 2)}; }

/// The largest of the sizes in an AVIF file, which may hold several pictures, tiles and an alpha plane.
Extent avif_size(std::string_view bytes) {
  Extent size;
  for (size_t found = bytes.find("ispe"sv); found != std::string_view::npos; found = bytes.find("ispe"sv, found + 1)) {
    constexpr size_t kWidth = 8, kHeight = 12;  // behind the box's type and version
    size.width = std::max<uint64_t>(size.width, big_endian(bytes, found + kWidth, 4));
    size.height = std::max<uint64_t>(size.height, big_endian(bytes, found + kHeight, 4));
  }
  return size;
}

Extent size_of(PictureFormat format, std::string_view bytes) {
  return format == PictureFormat::Avif ? avif_size(bytes) : gif_size(bytes);
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

/// OpenCV's order is blue first.
void to_rgb_order(cv::Mat& pixels) {
  if (pixels.channels() < 3) return;
  const bool alpha = pixels.channels() == 4;
  const int pairs[] = {0, 2, 1, 1, 2, 0, 3, 3};
  cv::Mat reordered(pixels.size(), pixels.type());
  cv::mixChannels(&pixels, 1, &reordered, 1, pairs, alpha ? 4 : 3);
  pixels = std::move(reordered);
}

}  // namespace

DecodedPicture decode_with_opencv(const PictureSource& source) {
  const auto format = picture_format(source.bytes);
  const Extent size = size_of(format, source.bytes);
  constexpr int kTwice = 8;  // as OpenCV has it, and in our order
  source.check_size(size.width, size.height, kTwice);
  if (source.bytes.size() > std::numeric_limits<int>::max() / 2) source.refuse("is larger than 1 GiB; make it a PNG");
  DecodedPicture picture;
  picture.pixels = decoded(std::string(source.bytes));
  const auto& pixels = picture.pixels;
  if (pixels.empty() || (pixels.depth() != CV_8U && pixels.depth() != CV_16U)) source.refuse_as_damaged();
  source.check_size(static_cast<uint64_t>(pixels.cols), static_cast<uint64_t>(pixels.rows));
  to_rgb_order(picture.pixels);
  picture.colour = pixels.channels() < 3 ? ColourKind::Grey : ColourKind::Rgb;
  if (pixels.channels() % 2 == 0) picture.alpha = AlphaKind::Straight;
  if (format == PictureFormat::Gif && source.bytes.find("NETSCAPE2.0"sv) != std::string_view::npos) {
    picture.warnings.emplace_back("is animated; its first frame is used");
  }
  return picture;
}

}  // namespace styler
