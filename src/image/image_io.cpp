#include "styler/image_io.hpp"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <limits>
#include <mutex>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>
#include <string_view>
#include <system_error>

#include "picture_bytes.hpp"
#include "styler/atomic_file.hpp"
#include "styler/error.hpp"

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

/// Keeps OpenCV and the codecs beneath it from talking while it lives: their errors come back to the user as sentences
/// of ours. OpenCV 4.6 sends the errors of some decoders to std::cerr whatever its log level is, and libpng writes its
/// remarks on profiles straight to the standard error's file, so both are shut; one thread at a time, or two of them
/// would restore them in the wrong order.
class SilentOpenCv {
 public:
  SilentOpenCv()
      : lock_(mutex()),
        log_level_(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)),
        cerr_buffer_(std::cerr.rdbuf(nullptr)),
        stderr_copy_(dup(STDERR_FILENO)) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    if (stderr_copy_ >= 0) dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  ~SilentOpenCv() {
    if (stderr_copy_ >= 0) {
      dup2(stderr_copy_, STDERR_FILENO);
      close(stderr_copy_);
    }
    std::cerr.rdbuf(cerr_buffer_);
    cv::utils::logging::setLogLevel(log_level_);
  }
  SilentOpenCv(const SilentOpenCv&) = delete;
  SilentOpenCv& operator=(const SilentOpenCv&) = delete;

 private:
  static std::mutex& mutex() {
    static std::mutex instance;
    return instance;
  }
  std::lock_guard<std::mutex> lock_;
  cv::utils::logging::LogLevel log_level_;
  std::streambuf* cerr_buffer_;
  int stderr_copy_;  ///< Negative when the program was started without a standard error.
};

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

/// 0 … 255 as float32. NaN has no level; what computes pictures must never hand one on.
at::Tensor levels_of_8_bits(const at::Tensor& picture) {
  const at::Tensor levels = picture.detach().to(at::kFloat).clamp(0, 1).mul_(255).round_();
  STYLER_ASSERT(!levels.isnan().any().item<bool>());
  return levels;
}

std::string lower_case_extension(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return extension;
}

void check_extension(const fs::path& file) {
  const auto& known = writable_extensions();
  const std::string extension = lower_case_extension(file);
  if (std::find(known.begin(), known.end(), extension) != known.end()) return;
  std::string list;
  for (const auto& name : known) list += (list.empty() ? "" : ", ") + name;
  throw Error(ErrorCode::InvalidArgument,
              "output '" + file.string() + "' has " +
                  (extension.empty() ? "no extension" : "the unknown extension " + extension) + "; use one of " + list);
}

std::vector<int> encoder_settings(const std::string& extension) {
  if (extension != ".jpg" && extension != ".jpeg") return {};
  std::vector<int> settings{cv::IMWRITE_JPEG_QUALITY, 95};
  // Full colour resolution keeps thin strokes of strong colour. OpenCV before 4.7 (Debian 12) has no switch for it and
  // writes 4:2:0.
#if CV_VERSION_MAJOR > 4 || (CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR >= 7)
  settings.insert(settings.end(), {cv::IMWRITE_JPEG_SAMPLING_FACTOR, cv::IMWRITE_JPEG_SAMPLING_FACTOR_444});
#endif
  return settings;
}

}  // namespace

at::Tensor read_picture(const fs::path& file) {
  try {
    const std::string bytes = bytes_of(file);
    const cv::Mat pixels = upright(decoded(bytes, file), exif_orientation(bytes));
    // 8-bit TIFF comes through libtiff's RGBA interface, which multiplies colours by alpha.
    const bool premultiplied = picture_format(bytes) == PictureFormat::Tiff && pixels.depth() == CV_8U;
    return tensor_from_pixels(pixels, premultiplied);
  } catch (const std::bad_alloc&) {
    throw_memory(file, "read");
  } catch (const c10::Error&) {  // nothing but LibTorch's allocator can fail above
    throw_memory(file, "read");
  }
}

void write_picture(const at::Tensor& picture, const fs::path& file) {
  STYLER_ASSERT(picture.dim() == 4 && picture.size(0) == 1 && picture.size(1) == 3 && picture.numel() > 0);
  STYLER_ASSERT(picture.is_floating_point());
  check_extension(file);
  const at::Tensor rgb = levels_of_8_bits(picture).to(at::kCPU, at::kByte);
  const at::Tensor bgr = rgb.flip(1).squeeze(0).permute({1, 2, 0}).contiguous();
  const cv::Mat pixels(static_cast<int>(bgr.size(0)), static_cast<int>(bgr.size(1)), CV_8UC3, bgr.data_ptr());
  const std::string extension = lower_case_extension(file);
  std::vector<unsigned char> bytes;
  bool encoded = false;
  try {
    const SilentOpenCv silence;
    encoded = cv::imencode(extension, pixels, bytes, encoder_settings(extension));
  } catch (const cv::Exception& exception) {
    if (exception.code == cv::Error::StsNoMem) throw_memory(file, "encoded");
  } catch (const std::bad_alloc&) {
    throw_memory(file, "encoded");
  }
  if (!encoded) {
    throw Error(ErrorCode::Output, "output '" + file.string() + "' cannot hold a picture of " +
                                       std::to_string(pixels.cols) + "×" + std::to_string(pixels.rows) +
                                       " pixels in the format " + extension + "; use .png or .tif");
  }
  write_file_atomically(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

at::Tensor quantized_to_8_bits(const at::Tensor& picture) { return levels_of_8_bits(picture).div_(255); }

void check_picture_writable(const fs::path& file) {
  check_extension(file);
  check_writable(file);
}

const std::vector<std::string>& writable_extensions() {
  static const std::vector<std::string> extensions{".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".ppm"};
  return extensions;
}

std::string opencv_version() { return CV_VERSION; }

}  // namespace styler
