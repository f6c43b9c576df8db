#include "styler/image/metadata/xmp_weight.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "styler/image/codec/bytes/byte_order.hpp"
#include "styler/image/codec/bytes/picture_bytes.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

/// Packets of up to so many bytes are read in any case: they can't hold more than some thousand properties.
constexpr size_t kLightBytes = size_t{64} << 10;
constexpr size_t kMostPacketBytes = size_t{16} << 20;
constexpr size_t kMostProperties = 10'000;
/// Of a packet that is compressed: what is repeated in it takes next to nothing, but no two properties have one name.
constexpr size_t kLightCompressedBytes = size_t{16} << 10;

/// Elements and attributes are counted by the signs that begin them, which in UTF-16 are the same bytes.
bool is_heavy_packet(std::string_view packet) {
  if (packet.size() <= kLightBytes) return false;
  if (packet.size() > kMostPacketBytes) return true;
  size_t properties = 0;
  for (size_t i = 0; i < packet.size(); ++i) {
    if (packet[i] == '=') ++properties;
    if (packet[i] != '<') continue;
    const std::string_view name = packet.substr(i + 1, 6);
    if (!name.starts_with('/') && name != "rdf:li"sv) ++properties;
  }
  return properties > kMostProperties;
}

/// A TIFF file, or a block of EXIF, which is made like one: XMP is tag 700 of its first directory.
bool is_heavy_tiff(std::string_view tiff) {
  constexpr size_t kXmpTag = 700, kEntryBytes = 12;
  const ByteOrder order = tiff.starts_with("MM"sv) ? ByteOrder::Big : ByteOrder::Little;
  if (order == ByteOrder::Little && !tiff.starts_with("II"sv)) return false;
  const size_t directory = number_at(tiff, 4, 4, order);
  const size_t entries = number_at(tiff, directory, 2, order);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * kEntryBytes;
    if (number_at(tiff, entry, 2, order) != kXmpTag) continue;
    constexpr std::array<size_t, 5> kTypeBytes = {1, 1, 1, 2, 4};  // an unknown type counts as bytes
    const size_t type = number_at(tiff, entry + 2, 2, order);
    const size_t width = type < kTypeBytes.size() ? kTypeBytes[type] : 1;
    const size_t length = number_at(tiff, entry + 4, 4, order) * width;
    const size_t place = number_at(tiff, entry + 8, 4, order);
    if (place < tiff.size() && is_heavy_packet(tiff.substr(place, length))) return true;
  }
  return false;
}

bool is_heavy_png_text(std::string_view type, std::string_view data) {
  const size_t keyword_end = data.find('\0');
  const std::string_view keyword = data.substr(0, keyword_end);
  if (keyword == "Raw profile type xmp"sv) {  // in hexadecimal digits
    return data.size() > (type == "zTXt"sv ? kLightCompressedBytes : 2 * kLightBytes);
  }
  if (keyword != "XML:com.adobe.xmp"sv || keyword_end == std::string_view::npos) return false;
  const bool is_compressed = type == "zTXt"sv || (data.size() > keyword_end + 1 && data[keyword_end + 1] == 1);
  return is_compressed ? data.size() > kLightCompressedBytes : is_heavy_packet(data);
}

/// Calls `is_heavy(type, data)` for each chunk of a PNG or WebP file until one is. Unlike png_chunks(), it also takes
/// the one that the file's end cuts off: whoever reads as far as there is something has read its properties by then.
/// \param start  of the first chunk.
template <typename Test>
bool any_chunk(std::string_view bytes, size_t start, bool is_png, const Test& is_heavy) {
  constexpr size_t kHead = 8;  // length and type, in PNG in this order
  size_t position = start;
  while (position < bytes.size() && bytes.size() - position >= kHead) {
    const size_t length = number_at(bytes, position + (is_png ? 0 : 4), 4, is_png ? ByteOrder::Big : ByteOrder::Little);
    const std::string_view type = bytes.substr(position + (is_png ? 4 : 0), 4);
    if (is_heavy(type, bytes.substr(position + kHead, length))) return true;
    position += kHead + length + (is_png ? 4 : length % 2);  // a checksum; or an even place
  }
  return false;
}

}  // namespace

bool has_heavy_xmp(std::string_view bytes) {
  switch (picture_format(bytes)) {
    case PictureFormat::Png:
      return any_chunk(bytes, 8, /*is_png=*/true, [](std::string_view type, std::string_view data) {
        if (type == "eXIf"sv) return is_heavy_tiff(data);
        return (type == "iTXt"sv || type == "tEXt"sv || type == "zTXt"sv) && is_heavy_png_text(type, data);
      });
    case PictureFormat::WebP:
      return any_chunk(bytes, 12, /*is_png=*/false, [](std::string_view type, std::string_view data) {
        if (type == "EXIF"sv) return is_heavy_tiff(data.starts_with("Exif\0\0"sv) ? data.substr(6) : data);
        return type == "XMP "sv && is_heavy_packet(data);
      });
    case PictureFormat::Tiff:
      return is_heavy_tiff(bytes);
    default:
      return false;  // a segment of JPEG holds 64 kB, and Exiv2 reads one
  }
}

}  // namespace styler
