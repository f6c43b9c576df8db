#include <turbojpeg.h>

#include <memory>
#include <new>
#include <opencv2/imgcodecs.hpp>
#include <string_view>
#include <utility>

#include "styler/image/codec/encoders.hpp"
#include "styler/image/codec/opencv/opencv_encoder.hpp"
#include "styler/image/codec/srgb_profile.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

constexpr int kDefaultQuality = 95;

/// An application segment: its marker, its length, which counts itself, and what it holds.
std::string segment(char marker, std::string_view signature, std::string_view payload) {
  const size_t length = 2 + signature.size() + payload.size();
  std::string bytes{'\xFF', marker, static_cast<char>(length >> 8), static_cast<char>(length & 0xFF)};
  return bytes.append(signature).append(payload);
}

/// The segments that say more than JFIF can. EXIF comes first, as its specification wants.
std::string note_segments(const FileNotes& notes) {
  constexpr char kApp1 = '\xE1', kApp2 = '\xE2';
  std::string segments;
  if (!notes.exif.empty()) segments += segment(kApp1, "Exif\0\0"sv, notes.exif);
  if (!notes.xmp.empty()) segments += segment(kApp1, "http://ns.adobe.com/xap/1.0/\0"sv, notes.xmp);
  return segments + segment(kApp2, "ICC_PROFILE\0\1\1"sv, srgb_profile());  // the first of one part
}

/// Where the segments that the encoder wrote first, the start of the picture and JFIF's, end.
size_t end_of_jfif(std::string_view file) {
  constexpr auto kStartAndJfif = "\xFF\xD8\xFF\xE0"sv;
  if (!file.starts_with(kStartAndJfif)) return 2;
  return kStartAndJfif.size() + (static_cast<unsigned char>(file[4]) << 8 | static_cast<unsigned char>(file[5]));
}

#if CV_VERSION_MAJOR > 4 || (CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR >= 7)

std::vector<uint8_t> bare_jpeg(Pixels pixels, int quality) {
  return encode_with_opencv(
      ".jpg", std::move(pixels),
      {cv::IMWRITE_JPEG_QUALITY, quality, cv::IMWRITE_JPEG_SAMPLING_FACTOR, cv::IMWRITE_JPEG_SAMPLING_FACTOR_444});
}

#else  // OpenCV halves the colour's resolution and cannot be told not to; TurboJPEG gives the bytes that 4.10 would.

struct Destroy {
  void operator()(void* handle) const { tjDestroy(handle); }
};
struct Free {
  void operator()(unsigned char* bytes) const { tjFree(bytes); }
};

std::vector<uint8_t> bare_jpeg(Pixels pixels, int quality) {
  const std::unique_ptr<void, Destroy> encoder(tjInitCompress());
  if (!encoder) throw std::bad_alloc();
  unsigned char* buffer = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): TurboJPEG's type
  const int failed =
      tjCompress2(encoder.get(), pixels.bytes.data(), static_cast<int>(pixels.width), /*pitch=*/0,
                  static_cast<int>(pixels.height), TJPF_BGR, &buffer, &size, TJSAMP_444, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, Free> owner(buffer);
  if (failed != 0) throw std::bad_alloc();  // valid pixels leave nothing else to fail at
  pixels = {};
  return {buffer, buffer + size};
}

#endif

}  // namespace

std::string encode_jpeg(Pixels pixels, int quality, const FileNotes& notes) {
  // Full colour resolution (4:4:4) keeps thin strokes of strong colour.
  const auto bare = bare_jpeg(std::move(pixels), quality == 0 ? kDefaultQuality : quality);
  return with_inserted(text_of(bare), end_of_jfif(text_of(bare)), note_segments(notes));
}

}  // namespace styler
