#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <cerrno>
#include <fstream>
#include <limits>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>
#include <string_view>
#include <system_error>

#include "image/picture_bytes.hpp"
#include "image/silent_opencv.hpp"
#include "styler/error.hpp"
#include "styler/image_io.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_input(const fs::path& file, const std::string& reason) {
  throw Error(ErrorCode::Input, "picture '" + file.string() + "' " + reason);
}

[[noreturn]] void throw_memory(const fs::path& file, std::string_view verb) {
  throw Error(ErrorCode::Memory, "picture '" + file.string() + "' needs more memory to be " + std::string(verb) +
                                     " than this machine has free; use a smaller picture");
}

/// The whole file. We read it ourselves, because cv::imread cannot tell why it failed.
std::string bytes_of(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) throw_input(file, "does not exist; check the path");
  if (fs::is_directory(status)) throw_input(file, "is a folder; name a picture file");
  if (fs::exists(status) && !fs::is_regular_file(status)) {  // /dev/zero never ends, and a pipe may never begin
    throw_input(file, "is a device or a pipe; name a picture file");
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  // An empty file leaves the insertion nothing to insert, which sets failbit without being an error.
  if (stream.is_open() && stream.peek() != std::ifstream::traits_type::eof()) bytes << stream.rdbuf();
  if (!stream.is_open() || stream.bad() || bytes.fail()) {
    const int reason = errno != 0 ? errno : EIO;
    throw_input(file, "cannot be read (" + std::generic_category().message(reason) + "); check its permissions");
  }
  return std::move(bytes).str();
}

/// Pixels as they are stored: 1, 3 or 4 channels (BGR, BGRA), 8 or 16 bits.
cv::Mat decoded(const std::string& bytes, const fs::path& file) {
  const auto format = picture_format(bytes);
  const std::string name(format_name(format));
  if (bytes.empty()) throw_input(file, "is empty (0 bytes); copy or download it again");
  if (is_truncated(bytes)) {
    throw_input(file, "is truncated: its " + name + " data end early; copy or download it again");
  }
  if (bytes.size() > std::numeric_limits<int>::max()) throw_input(file, "is larger than 2 GiB; make it smaller");
  cv::Mat pixels;
  try {
    const SilentOpenCv silence;
    const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    // UNCHANGED is the only mode of OpenCV 4.6 that keeps alpha; it leaves EXIF orientation to us.
    pixels = cv::imdecode(buffer, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& exception) {
    if (exception.code == cv::Error::StsNoMem) throw_memory(file, "decoded");
    if (exception.func == "validateInputImageSize") {
      throw_input(file, "is too large: at most 2^20 pixels a side and 2^30 in all can be read; make it smaller");
    }
    throw_input(file, "is damaged: its " + name + " data cannot be decoded; copy or download it again");
  }
  if (pixels.empty() && format == PictureFormat::Unknown) {
    throw_input(file, "is not a picture in a format known here; convert it to PNG, JPEG, TIFF, WebP, BMP or PPM");
  }
  if (pixels.empty()) {
    throw_input(file, "is damaged or truncated: its " + name + " data cannot be decoded; copy or download it again");
  }
  if (pixels.depth() != CV_8U && pixels.depth() != CV_16U) {
    throw_input(file, "has neither 8 nor 16 bits per channel; convert it to one of these");
  }
  return pixels;
}

/// Turns the picture as its EXIF orientation asks for.
cv::Mat upright(const cv::Mat& pixels, int orientation) {
  constexpr int kUpsideDown = 0, kMirror = 1, kHalfTurn = -1;  // what cv::flip calls them
  cv::Mat turned = pixels;
  if (orientation >= 5) cv::transpose(pixels, turned);
  cv::Mat result = turned;
  if (orientation == 2 || orientation == 6) cv::flip(turned, result, kMirror);
  if (orientation == 3 || orientation == 7) cv::flip(turned, result, kHalfTurn);
  if (orientation == 4 || orientation == 8) cv::flip(turned, result, kUpsideDown);
  return result;
}

/// One channel as [1, 1, H, W] in [0, 1], written straight into `plane`.
void fill_plane(const at::Tensor& plane, const cv::Mat& pixels, int channel) {
  STYLER_ASSERT(plane.is_contiguous());
  cv::Mat stored;
  cv::extractChannel(pixels, stored, channel);
  cv::Mat target(pixels.rows, pixels.cols, CV_32F, plane.data_ptr<float>());
  stored.convertTo(target, CV_32F);
  plane.div_(pixels.depth() == CV_16U ? 65535.0 : 255.0);
}

at::Tensor tensor_from_pixels(const cv::Mat& pixels, bool premultiplied) {
  const bool grey = pixels.channels() < 3;
  at::Tensor picture = at::empty({1, 3, pixels.rows, pixels.cols}, at::kFloat);
  for (int channel = 0; channel < 3; ++channel) {
    fill_plane(picture.select(1, channel), pixels, grey ? 0 : 2 - channel);  // OpenCV's order is BGR
  }
  if (pixels.channels() == 2 || pixels.channels() == 4) {
    at::Tensor alpha = at::empty({1, 1, pixels.rows, pixels.cols}, at::kFloat);
    fill_plane(alpha, pixels, pixels.channels() - 1);
    if (!premultiplied) picture.mul_(alpha);
    picture.add_(alpha.neg_().add_(1)).clamp_(0, 1);
  }
  return picture;
}

}  // namespace

Picture decode_picture(std::string_view view, const fs::path& file, const ReadOptions&, const WarningSink&) {
  const std::string bytes(view);
  try {
    const cv::Mat pixels = upright(decoded(bytes, file), exif_orientation(bytes));
    // 8-bit TIFF comes through libtiff's RGBA interface, which multiplies colours by alpha.
    const bool premultiplied = picture_format(bytes) == PictureFormat::Tiff && pixels.depth() == CV_8U;
    return {tensor_from_pixels(pixels, premultiplied), {}};
  } catch (const std::bad_alloc&) {
    throw_memory(file, "read");
  } catch (const c10::Error&) {  // nothing but LibTorch's allocator can fail above
    throw_memory(file, "read");
  }
}

std::string read_file_bytes(const fs::path& file) { return bytes_of(file); }

Picture read_picture(const fs::path& file, const ReadOptions& options, const WarningSink& warn) {
  return decode_picture(read_file_bytes(file), file, options, warn);
}

void ReadOptions::validate() const {}

const std::vector<std::string>& readable_extensions() { return writable_extensions(); }

}  // namespace styler
