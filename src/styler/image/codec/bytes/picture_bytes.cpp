#include "styler/image/codec/bytes/picture_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "styler/image/codec/bytes/byte_order.hpp"
#include "styler/image/codec/bytes/exif_block.hpp"
#include "styler/image/codec/bytes/png_chunks.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

/// What a JPEG's frame header begins with: which kind of JPEG it is, and the bits of a sample. 0: there is none.
struct JpegFrame {
  unsigned marker = 0, precision = 0;
};

/// What a walk through a file's segments or chunks finds.
struct Contents {
  bool whole = false;                          ///< The end marker is there.
  std::vector<std::string_view> chunk_types;   ///< PNG only.
  std::vector<std::string_view> exif, xmp;     ///< Blocks and packets.
  JpegFrame frame;                             ///< JPEG only: the first.
  std::vector<std::string_view> icc_segments;  ///< JPEG only: number, count, and a part of the profile.
};

/// Walks the segments, so that the end marker of an embedded thumbnail is not taken for the picture's own.
Contents walk_jpeg(std::string_view bytes) {
  constexpr unsigned char kTemporary = 0x01, kRestart0 = 0xD0, kStart = 0xD8, kEnd = 0xD9, kApp1 = 0xE1, kApp2 = 0xE2,
                          kFill = 0xFF;
  constexpr auto kIcc = "ICC_PROFILE\0"sv, kExif = "Exif\0"sv, kXmp = "http://ns.adobe.com/xap/1.0/\0"sv;
  constexpr size_t kMostBefore = 64;  // that some programs leave before the word Exif
  Contents contents;
  size_t position = 2;
  while (position + 1 < bytes.size()) {
    // Compressed data lie between the segments. In them 0xFF is followed by 0 or by a restart marker only.
    const auto marker = static_cast<unsigned char>(bytes[position + 1]);
    if (bytes[position] != '\xFF' || marker <= kTemporary || marker == kFill ||
        (marker >= kRestart0 && marker <= kStart)) {
      ++position;
      continue;
    }
    if (marker == kEnd) {
      contents.whole = true;
      break;
    }
    const size_t length = number_at(bytes, position + 2, 2, ByteOrder::Big);
    const auto payload = slice(bytes, position + 4, length < 2 ? 0 : length - 2);
    const size_t exif = payload.substr(0, kMostBefore).find(kExif);
    if (marker == kApp1 && payload.starts_with(kXmp)) {
      contents.xmp.push_back(payload.substr(kXmp.size()));
    } else if (marker == kApp1 && exif != std::string_view::npos) {
      contents.exif.push_back(slice(payload, exif + kExif.size() + 1));
    }
    // C0 to CF but for tables (C4), extensions (C8) and conditions of coding (CC); hierarchies, and JPEG-LS.
    const bool is_frame =
        (marker >= 0xC0 && marker <= 0xCF && marker % 4 != 0) || marker == 0xC0 || marker == 0xDE || marker == 0xF7;
    if (is_frame && contents.frame.marker == 0 && !payload.empty()) {
      contents.frame = {marker, static_cast<unsigned char>(payload[0])};
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
    const auto type = slice(bytes, position, 4);
    if (type == "EXIF"sv) contents.exif.push_back(slice(bytes, position + kChunkHeader, length));
    if (type == "XMP "sv) contents.xmp.push_back(slice(bytes, position + kChunkHeader, length));
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
    if (brand == "crx "sv) return PictureFormat::Raw;
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
  // Raw files that are no TIFF: of Fujifilm, Olympus, Panasonic, Sigma, Canon. Those that are lead with a preview.
  for (const auto start :
       {"FUJIFILMCCD-RAW"sv, "IIRO"sv, "IIRS"sv, "MMOR"sv, "IIU\0"sv, "FOVb"sv, "II\x1A\0\0\0HEAPCCDR"sv}) {
    if (bytes.starts_with(start)) return PictureFormat::Raw;
  }
  return PictureFormat::Unknown;
}

std::string_view format_name(PictureFormat format) {
  constexpr std::array kNames{"JPEG"sv, "PNG"sv,  "WebP"sv,    "TIFF"sv,      "BMP"sv,     "PPM"sv,        "GIF"sv,
                              "AVIF"sv, "HEIC"sv, "JPEG XL"sv, "JPEG 2000"sv, "OpenEXR"sv, "camera raw"sv, "unknown"sv};
  return kNames.at(static_cast<size_t>(format));
}

bool is_truncated(std::string_view bytes) { return !walk(bytes).whole; }

MetadataBlocks metadata_blocks(std::string_view bytes) {
  MetadataBlocks blocks;
  if (picture_format(bytes) == PictureFormat::Png) {
    PngMetadata metadata = png_metadata(bytes);
    blocks.exif = std::move(metadata.exif);
    blocks.xmp = std::move(metadata.xmp);
    return blocks;
  }
  const Contents contents = walk(bytes);
  for (const auto exif : contents.exif) blocks.exif.emplace_back(exif);
  for (const auto xmp : contents.xmp) blocks.xmp.emplace_back(xmp);
  if (picture_format(bytes) == PictureFormat::Tiff) {
    constexpr uint16_t kXmp = 700;
    blocks.tiff = bytes;
    blocks.xmp.emplace_back(first_directory(bytes).bytes(kXmp));
  }
  return blocks;
}

std::optional<std::string> jpeg_icc_profile(std::string_view bytes) {
  constexpr size_t kNumbers = 2;  // this segment's, from 1, and how many there are, which some programs get wrong
  auto segments = walk_jpeg(bytes).icc_segments;
  std::erase_if(segments, [](std::string_view segment) { return segment.size() <= kNumbers; });
  const auto number = [](std::string_view segment) { return static_cast<unsigned char>(segment[0]); };
  std::ranges::stable_sort(segments, {}, number);
  const auto repeated = std::ranges::unique(segments, {}, number);
  segments.erase(repeated.begin(), repeated.end());
  std::string profile;
  for (const auto segment : segments) profile += segment.substr(kNumbers);
  if (profile.size() < number_at(profile, 0, 4, ByteOrder::Big)) return std::nullopt;
  return profile;
}

std::string rare_jpeg_kind(std::string_view bytes) {
  const auto frame = walk_jpeg(bytes).frame;
  if (frame.marker == 0xF7) return "a JPEG-LS";
  if (frame.marker == 0xDE || (frame.marker & 7) > 4) return "a hierarchical JPEG";
  if ((frame.marker & 3) == 3) return "a lossless JPEG";
  if (frame.precision != 0 && frame.precision != 8) return "a JPEG of " + std::to_string(frame.precision) + " bits";
  return frame.marker > 0xC8 ? "a JPEG in arithmetic coding" : "";
}

bool png_has_chunk(std::string_view bytes, std::string_view type) {
  const auto types = walk_png(bytes).chunk_types;
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace styler
