#include <turbojpeg.h>

#include <memory>
#include <new>
#include <string_view>

#include "styler/image/codec/encoders.hpp"
#include "styler/image/codec/srgb_profile.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

constexpr int kDefaultQuality = 95;

struct Destroy {
  void operator()(void* handle) const { tjDestroy(handle); }
};
struct Free {
  void operator()(unsigned char* bytes) const { tjFree(bytes); }
};

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

}  // namespace

std::string encode_jpeg(const Pixels& pixels, int quality, const FileNotes& notes) {
  const std::unique_ptr<void, Destroy> encoder(tjInitCompress());
  if (!encoder) throw std::bad_alloc();
  unsigned char* buffer = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): TurboJPEG's type
  // Full colour resolution (4:4:4) keeps thin strokes of strong colour.
  const int failed = tjCompress2(encoder.get(), pixels.bytes.data(), static_cast<int>(pixels.width), /*pitch=*/0,
                                 static_cast<int>(pixels.height), TJPF_RGB, &buffer, &size, TJSAMP_444,
                                 quality == 0 ? kDefaultQuality : quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, Free> owner(buffer);
  if (failed != 0) throw std::bad_alloc();  // valid pixels leave nothing else to fail at
  const std::string_view bare(reinterpret_cast<const char*>(buffer), size);
  const size_t head = end_of_jfif(bare);
  const std::string segments = note_segments(notes);
  std::string file;
  file.reserve(bare.size() + segments.size());
  return file.append(bare.substr(0, head)).append(segments).append(bare.substr(head));
}

}  // namespace styler
