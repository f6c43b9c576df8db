#include <algorithm>
#include <cctype>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "image/silent_opencv.hpp"
#include "styler/atomic_file.hpp"
#include "styler/error.hpp"
#include "styler/image_io.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_memory(const fs::path& file) {
  throw Error(ErrorCode::Memory, "picture '" + file.string() +
                                     "' needs more memory to be encoded than this machine has free; use a smaller picture");
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

std::string encode_picture(const Picture& whole, const fs::path& file, const WriteOptions&, const PictureNotes&,
                           const WarningSink&) {
  const at::Tensor& picture = whole.colour;
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
    if (exception.code == cv::Error::StsNoMem) throw_memory(file);
  } catch (const std::bad_alloc&) {
    throw_memory(file);
  }
  if (!encoded) {
    throw Error(ErrorCode::Output, "output '" + file.string() + "' cannot hold a picture of " +
                                       std::to_string(pixels.cols) + "×" + std::to_string(pixels.rows) +
                                       " pixels in the format " + extension + "; use .png or .tif");
  }
  return {bytes.begin(), bytes.end()};
}

void check_picture_writable(const fs::path& file, const WriteOptions&) {
  check_extension(file);
  check_writable(file);
}

void write_picture(const Picture& picture, const fs::path& file, const WriteOptions& options, const PictureNotes& notes,
                   const WarningSink& warn) {
  write_file_atomically(file, encode_picture(picture, file, options, notes, warn));
}

void WriteOptions::validate() const {}

PhotoMetadata photo_metadata(std::string_view, bool) { return {}; }

bool can_hold_notes(const fs::path&) { return false; }

std::string stored_parameters(std::string_view) { return {}; }

const std::vector<std::string>& writable_extensions() {
  static const std::vector<std::string> extensions{".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".ppm"};
  return extensions;
}

std::string opencv_version() { return CV_VERSION; }

}  // namespace styler
