#include "styler/image/codec/picture_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "styler/image/codec/png_chunks.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

enum class ByteOrder { Big, Little };

/// The unsigned number in the `count` bytes from `position`; 0 where the bytes end before it.
uint32_t number_at(std::string_view bytes, size_t position, size_t count, ByteOrder order) {
  if (position > bytes.size() || bytes.size() - position < count) return 0;
  uint32_t number = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t offset = order == ByteOrder::Big ? i : count - 1 - i;
    number = number << 8 | static_cast<unsigned char>(bytes[position + offset]);
  }
  return number;
}

/// `bytes` from `position` on, at most `count` of them; empty where they end before it.
std::string_view slice(std::string_view bytes, size_t position, size_t count = std::string_view::npos) {
  return position < bytes.size() ? bytes.substr(position, count) : std::string_view();
}

/// What a walk through a file's segments or chunks finds.
struct Contents {
  bool whole = false;                          ///< The end marker is there.
  std::vector<std::string_view> chunk_types;   ///< PNG only.
  std::string_view exif;                       ///< The EXIF block, a small TIFF file; empty if there is none.
  std::vector<std::string_view> icc_segments;  ///< JPEG only: number, count, and a part of the profile.
};

/// Drops the prefix that JPEG needs before an EXIF block and that some programs also write into WebP.
std::string_view without_exif_prefix(std::string_view block) {
  constexpr auto kPrefix = "Exif\0\0"sv;
  return block.starts_with(kPrefix) ? block.substr(kPrefix.size()) : block;
}

/// Walks the segments, so that the end marker of an embedded thumbnail is not taken for the picture's own.
Contents walk_jpeg(std::string_view bytes) {
  constexpr unsigned char kRestart0 = 0xD0, kRestart7 = 0xD7, kEnd = 0xD9, kApp1 = 0xE1, kApp2 = 0xE2, kFill = 0xFF;
  constexpr auto kIcc = "ICC_PROFILE\0"sv;
  Contents contents;
  size_t position = 2;
  while (position + 1 < bytes.size()) {
    // Compressed data lie between the segments. In them 0xFF is followed by 0 or by a restart marker only.
    const auto marker = static_cast<unsigned char>(bytes[position + 1]);
    if (bytes[position] != '\xFF' || marker == 0 || marker == kFill || (marker >= kRestart0 && marker <= kRestart7)) {
      ++position;
      continue;
    }
    if (marker == kEnd) {
      contents.whole = true;
      break;
    }
    const size_t length = number_at(bytes, position + 2, 2, ByteOrder::Big);
    const auto payload = slice(bytes, position + 4, length < 2 ? 0 : length - 2);
    if (marker == kApp1 && payload.starts_with("Exif"sv) && contents.exif.empty()) {
      contents.exif = without_exif_prefix(payload);
    }
    if (marker == kApp2 && payload.starts_with(kIcc)) contents.icc_segments.push_back(payload.substr(kIcc.size()));
    position += 2 + length;
  }
  return contents;
}

Contents walk_png(std::string_view bytes) {
  constexpr size_t kSignature = 8, kFrame = 12;  // a chunk's length, type and checksum are 4 bytes each
  Contents contents;
  for (size_t position = kSignature; position + kFrame <= bytes.size();) {
    const size_t length = number_at(bytes, position, 4, ByteOrder::Big);
    const auto type = slice(bytes, position + 4, 4);
    if (type == "IEND"sv) {
      contents.whole = true;
      break;
    }
    contents.chunk_types.push_back(type);
    position += kFrame + length;
  }
  return contents;
}

Contents walk_webp(std::string_view bytes) {
  constexpr size_t kFileHeader = 12, kChunkHeader = 8;
  Contents contents;
  contents.whole = bytes.size() >= size_t{8} + number_at(bytes, 4, 4, ByteOrder::Little);
  for (size_t position = kFileHeader; position + kChunkHeader <= bytes.size();) {
    const size_t length = number_at(bytes, position + 4, 4, ByteOrder::Little);
    if (slice(bytes, position, 4) == "EXIF"sv) {
      contents.exif = without_exif_prefix(slice(bytes, position + kChunkHeader, length));
    }
    position += kChunkHeader + length + length % 2;  // chunks start at even offsets
  }
  return contents;
}

Contents walk(std::string_view bytes) {
  switch (picture_format(bytes)) {
    case PictureFormat::Jpeg:
      return walk_jpeg(bytes);
    case PictureFormat::Png:
      return walk_png(bytes);
    case PictureFormat::WebP:
      return walk_webp(bytes);
    default:
      break;
  }
  Contents unknown;
  unknown.whole = true;
  return unknown;
}

/// AVIF and HEIC are the same kind of file with different contents, which its first box tells.
PictureFormat format_of_brands(std::string_view bytes) {
  constexpr size_t kBoxHeader = 8, kBrand = 4;
  const auto box = slice(bytes, 0, number_at(bytes, 0, 4, ByteOrder::Big));
  auto format = PictureFormat::Unknown;
  for (size_t position = kBoxHeader; position + kBrand <= box.size(); position += kBrand) {
    const auto brand = box.substr(position, kBrand);
    if (brand == "avif"sv || brand == "avis"sv) return PictureFormat::Avif;
    for (const auto heic : {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "mif1"sv, "msf1"sv}) {
      if (brand == heic) format = PictureFormat::Heic;
    }
  }
  return format;
}

}  // namespace

PictureFormat picture_format(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return PictureFormat::Jpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return PictureFormat::Png;
  if (bytes.starts_with("RIFF"sv) && slice(bytes, 8, 4) == "WEBP"sv) return PictureFormat::WebP;
  for (const auto start : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {  // + is BigTIFF
    if (bytes.starts_with(start)) return PictureFormat::Tiff;
  }
  // BA is a list of pictures, as OS/2 has it.
  if (bytes.starts_with("BM"sv) || (bytes.starts_with("BA"sv) && slice(bytes, 14, 2) == "BM"sv)) {
    return PictureFormat::Bmp;
  }
  if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6') return PictureFormat::Pnm;
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return PictureFormat::Gif;
  if (slice(bytes, 4, 4) == "ftyp"sv) return format_of_brands(bytes);
  if (bytes.starts_with("\xFF\x0A"sv) || bytes.starts_with("\0\0\0\x0CJXL \r\n\x87\n"sv)) return PictureFormat::JpegXl;
  if (bytes.starts_with("\xFF\x4F\xFF\x51"sv) || bytes.starts_with("\0\0\0\x0CjP  \r\n\x87\n"sv)) {
    return PictureFormat::Jpeg2000;
  }
  if (bytes.starts_with("\x76\x2F\x31\x01"sv)) return PictureFormat::OpenExr;
  return PictureFormat::Unknown;
}

std::string_view format_name(PictureFormat format) {
  constexpr std::array kNames{"JPEG"sv, "PNG"sv,  "WebP"sv,    "TIFF"sv,      "BMP"sv,     "PPM"sv,    "GIF"sv,
                              "AVIF"sv, "HEIC"sv, "JPEG XL"sv, "JPEG 2000"sv, "OpenEXR"sv, "unknown"sv};
  return kNames.at(static_cast<size_t>(format));
}

bool is_truncated(std::string_view bytes) { return !walk(bytes).whole; }

int exif_orientation(std::string_view bytes) {
  constexpr uint32_t kOrientationTag = 0x0112;
  const auto in_png =
      picture_format(bytes) == PictureFormat::Png ? png_metadata(bytes).exif : std::vector<std::string>();
  const auto exif = in_png.empty() ? walk(bytes).exif : std::string_view(in_png.front());
  const auto order = exif.starts_with("MM"sv) ? ByteOrder::Big : ByteOrder::Little;
  const size_t directory = number_at(exif, 4, 4, order);
  const size_t entries = number_at(exif, directory, 2, order);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + 12 * i;
    if (number_at(exif, entry, 2, order) != kOrientationTag) continue;
    const auto value = number_at(exif, entry + 8, 2, order);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

std::string jpeg_icc_profile(std::string_view bytes) {
  constexpr size_t kNumbers = 2;  // this segment's, from 1, and how many there are
  const auto segments = walk_jpeg(bytes).icc_segments;
  std::string profile;
  for (size_t wanted = 1; wanted <= segments.size(); ++wanted) {
    const auto found = std::find_if(segments.begin(), segments.end(), [&](std::string_view segment) {
      return segment.size() > kNumbers && static_cast<unsigned char>(segment[0]) == wanted &&
             static_cast<unsigned char>(segment[1]) == segments.size();
    });
    if (found == segments.end()) return {};
    profile += found->substr(kNumbers);
  }
  return profile;
}

bool png_has_chunk(std::string_view bytes, std::string_view type) {
  const auto types = walk_png(bytes).chunk_types;
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace styler
