#include "styler/image/codec/bytes/png_chunks.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "styler/image/codec/bytes/byte_order.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

constexpr size_t kSignature = 8, kFrame = 12;  // a chunk's length, type and checksum are 4 bytes each

/// Camera's blocks take 64 kB at most, which texts spell with twice as many letters.
constexpr size_t kLongestText = size_t{4} << 20;
constexpr size_t kMostTexts = 16;

/// What zlib's data unfold to; empty where they are damaged, or unfold to more than kLongestText.
std::string inflated(std::string_view data) {
  std::string text;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  std::array<char, size_t{1} << 14> part{};
  int status = Z_OK;
  while (status == Z_OK && text.size() < kLongestText) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(part.data(), part.size() - stream.avail_out);
    if (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) break;  // it ends early
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END ? text : std::string();
}

/// Splits off what comes before the next zero byte; all where there is none.
std::string_view take_word(std::string_view& rest) {
  const auto word = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  return word;
}

/// The text of a tEXt, zTXt or iTXt chunk whose keyword has been taken off.
std::string text_of(std::string_view type, std::string_view rest) {
  if (type == "tEXt"sv) return std::string(rest);
  if (type == "zTXt"sv) return rest.empty() ? std::string() : inflated(rest.substr(1));  // behind the method
  if (rest.size() < 2) return {};
  const bool compressed = rest[0] != 0;
  rest.remove_prefix(2);
  take_word(rest);  // the language, and the keyword in it
  take_word(rest);
  return compressed ? inflated(rest) : std::string(rest);
}

/// ImageMagick's way to put bytes into a text: a line with their kind, one with their number, and two letters for each.
std::string raw_profile(std::string_view text) {
  const auto take_line = [&] {
    const size_t begin = std::min(text.find_first_not_of("\r\n"), text.size());
    const size_t end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    text.remove_prefix(end);
    return line;
  };
  take_line();
  take_line();
  const auto digit = [](char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
  };
  std::string bytes;
  int high = -1;
  for (const char letter : text) {
    const int value = digit(letter);
    if (value < 0) continue;
    if (high >= 0) bytes += static_cast<char>(16 * high + value);
    high = high >= 0 ? -1 : value;
  }
  return bytes;
}

void add_text(const PngChunk& chunk, PngMetadata& metadata) {
  constexpr auto kRaw = "Raw profile type "sv, kExif = "Exif\0\0"sv, kXmpSegment = "http://ns.adobe.com/xap/1.0/\0"sv;
  auto rest = chunk.data;
  const auto keyword = take_word(rest);
  if (keyword == "XML:com.adobe.xmp"sv) {
    metadata.xmp.push_back(text_of(chunk.type, rest));
  } else if (keyword.starts_with(kRaw)) {
    const auto kind = keyword.substr(kRaw.size());
    if (kind != "exif"sv && kind != "APP1"sv && kind != "xmp"sv) return;
    auto bytes = raw_profile(text_of(chunk.type, rest));
    if (kind == "xmp"sv || bytes.starts_with(kXmpSegment)) {
      metadata.xmp.push_back(bytes.substr(bytes.starts_with(kXmpSegment) ? kXmpSegment.size() : 0));
    } else {
      metadata.exif.push_back(bytes.substr(bytes.starts_with(kExif) ? kExif.size() : 0));
    }
  }
}

}  // namespace

uint32_t png_checksum(std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

bool PngChunk::intact() const {
  // Type and data lie side by side.
  return png_checksum({type.data(), type.size() + data.size()}) == checksum;
}

std::vector<PngChunk> png_chunks(std::string_view png) {
  std::vector<PngChunk> chunks;
  for (size_t position = kSignature; position + kFrame <= png.size();) {
    const size_t length = big_endian(png, position, 4);
    if (length > png.size() - position - kFrame) break;
    chunks.push_back(
        {png.substr(position + 4, 4), png.substr(position + 8, length), big_endian(png, position + 8 + length, 4)});
    if (chunks.back().type == "IEND"sv) break;
    position += kFrame + length;
  }
  return chunks;
}

PngMetadata png_metadata(std::string_view png) {
  PngMetadata metadata;
  for (const auto& chunk : png_chunks(png)) {
    if (metadata.exif.size() + metadata.xmp.size() >= kMostTexts) break;
    const bool text = chunk.type == "tEXt"sv || chunk.type == "zTXt"sv || chunk.type == "iTXt"sv;
    if ((!text && chunk.type != "eXIf"sv) || !chunk.intact()) continue;
    if (text) {
      add_text(chunk, metadata);
    } else {
      metadata.exif.insert(metadata.exif.begin(), std::string(chunk.data));  // before those of texts
    }
  }
  return metadata;
}

std::optional<CodedColours> png_coded_colours(std::string_view png) {
  for (const auto& chunk : png_chunks(png)) {
    if (chunk.type == "IDAT"sv) break;  // behind the pixels' beginning it says nothing
    if (chunk.type != "cICP"sv || chunk.data.size() != 4 || !chunk.intact()) continue;
    const auto number = [&](size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(chunk.data[i])); };
    return CodedColours{number(0), number(1), number(2), number(3)};
  }
  return std::nullopt;
}

}  // namespace styler
