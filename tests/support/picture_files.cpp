#include "support/picture_files.hpp"

#include <ATen/ops/empty.h>

#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "support/catch.hpp"

namespace styler::test {
namespace {

namespace fs = std::filesystem;
using std::string_view_literals::operator""sv;

std::string number(uint32_t value, size_t count, bool big_endian) {
  std::string bytes;
  for (size_t i = 0; i < count; ++i) bytes += static_cast<char>(value >> 8 * (big_endian ? count - 1 - i : i) & 0xFF);
  return bytes;
}

/// PNG's checksum, bit by bit.
uint32_t crc32(std::string_view bytes) {
  uint32_t remainder = 0xFFFFFFFF;
  for (const char byte : bytes) {
    remainder ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) remainder = remainder >> 1 ^ (remainder % 2 != 0 ? 0xEDB88320 : 0);
  }
  return ~remainder;
}

uint32_t size_of(std::string_view bytes) { return static_cast<uint32_t>(bytes.size()); }

}  // namespace

std::string file_bytes(const fs::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

cv::Mat noise_pixels(int height, int width, int type, uint64_t seed) {
  cv::Mat pixels(height, width, type);
  cv::RNG generator(seed);
  generator.fill(pixels, cv::RNG::UNIFORM, 0, CV_MAT_DEPTH(type) == CV_16U ? 65536 : 256);
  return pixels;
}

at::Tensor noise_picture(int height, int width, uint64_t seed) {
  return expected_picture(noise_pixels(height, width, CV_8UC3, seed));
}

at::Tensor expected_picture(const cv::Mat& pixels) {
  at::Tensor picture = at::empty({1, 3, pixels.rows, pixels.cols}, at::kFloat);
  auto* values = picture.data_ptr<float>();
  for (int channel = 0; channel < 3; ++channel) {
    const int stored = pixels.channels() == 1 ? 0 : 2 - channel;
    for (int y = 0; y < pixels.rows; ++y) {
      for (int x = 0; x < pixels.cols; ++x) {
        const int index = x * pixels.channels() + stored;
        *values++ = pixels.depth() == CV_16U ? static_cast<float>(pixels.ptr<uint16_t>(y)[index]) / 65535.0F
                                             : static_cast<float>(pixels.ptr<uint8_t>(y)[index]) / 255.0F;
      }
    }
  }
  return picture;
}

std::string encoded(const std::string& extension, const cv::Mat& pixels) {
  std::vector<unsigned char> bytes;
  REQUIRE(cv::imencode(extension, pixels, bytes));
  return {bytes.begin(), bytes.end()};
}

std::string exif_block(int orientation, bool big_endian) {
  const auto two = [&](uint32_t value) { return number(value, 2, big_endian); };
  const auto four = [&](uint32_t value) { return number(value, 4, big_endian); };
  const uint32_t directory_offset = 8, orientation_tag = 0x0112, type_short = 3;
  const std::string value = two(static_cast<uint32_t>(orientation)) + two(0);
  return std::string(big_endian ? "MM" : "II") + two(42) + four(directory_offset) +  // header
         two(1) + two(orientation_tag) + two(type_short) + four(1) + value +         // the only entry
         four(0);                                                                    // no further directory
}

std::string exif_block(const ExifParts& parts, bool big_endian) {
  constexpr uint32_t kPhoto = 0x8769, kInteroperability = 0xA005;
  const auto put = [&](uint32_t value, size_t count) { return number(value, count, big_endian); };
  std::string block = std::string(big_endian ? "MM" : "II") + put(42, 2) + put(8, 4);
  // One directory with its values behind it, and the places that have yet to be filled in.
  const auto add = [&](std::vector<ExifEntry> entries, uint32_t below) {
    const size_t begin = block.size();
    size_t link = 0;
    if (below != 0) entries.push_back({below, kExifLong, {0}});
    std::string values;
    const size_t behind = begin + 2 + 12 * entries.size() + 4;
    block += put(static_cast<uint32_t>(entries.size()), 2);
    for (const auto& [tag, type, numbers] : entries) {
      const size_t bytes = type == kExifShort ? 2 : type == kExifLong || type == kExifRational ? 4 : 1;
      std::string stored;
      for (const uint32_t value : numbers) stored += put(value, bytes);
      const size_t count = type == kExifRational ? numbers.size() / 2 : numbers.size();
      block += put(tag, 2) + put(type, 2) + put(static_cast<uint32_t>(count), 4);
      if (tag == below) link = block.size();
      if (stored.size() <= 4) {
        block += stored + std::string(4 - stored.size(), '\0');
      } else {
        block += put(static_cast<uint32_t>(behind + values.size()), 4);
        values += stored;
      }
    }
    const size_t next = block.size();
    block += put(0, 4) + values;
    return std::pair(link, next);
  };
  const auto lead_here = [&](size_t place) { block.replace(place, 4, put(static_cast<uint32_t>(block.size()), 4)); };
  const bool has_photo = !parts.photo.empty() || !parts.interoperability.empty();
  const auto [photo, thumbnail] = add(parts.image, has_photo ? kPhoto : 0);
  if (has_photo) {
    lead_here(photo);
    const auto [interoperability, end] = add(parts.photo, parts.interoperability.empty() ? 0 : kInteroperability);
    if (!parts.interoperability.empty()) {
      lead_here(interoperability);
      add(parts.interoperability, 0);
    }
  }
  if (!parts.thumbnail.empty()) {
    lead_here(thumbnail);
    add(parts.thumbnail, 0);
  }
  return block;
}

std::string xmp_packet_of(const std::string& property, const std::string& value) {
  return "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
         "<rdf:Description rdf:about='' xmlns:tiff='http://ns.adobe.com/tiff/1.0/' "
         "xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' " +
         property + "='" + value + "'/></rdf:RDF></x:xmpmeta>";
}

std::string with_xmp(std::string_view file, std::string_view xmp) {
  std::string result(file);
  if (file.starts_with("\xFF\xD8"sv)) {
    const std::string payload = std::string("http://ns.adobe.com/xap/1.0/\0"sv) + std::string(xmp);
    return result.insert(2, "\xFF\xE1" + number(size_of(payload) + 2, 2, true) + payload);
  }
  if (file.starts_with("\x89PNG"sv)) {
    const size_t after_header_chunk = 8 + 12 + 13;
    const std::string chunk = "iTXt" + std::string("XML:com.adobe.xmp\0\0\0\0\0"sv) + std::string(xmp);
    return result.insert(after_header_chunk,
                         number(size_of(chunk) - 4, 4, true) + chunk + number(crc32(chunk), 4, true));
  }
  REQUIRE(file.starts_with("RIFF"sv));
  result += "XMP " + number(size_of(xmp), 4, false) + std::string(xmp) + std::string(xmp.size() % 2, '\0');
  return result.replace(4, 4, number(size_of(result) - 8, 4, false));
}

std::string with_exif(std::string_view file, std::string_view exif) {
  std::string result(file);
  if (file.starts_with("\xFF\xD8"sv)) {
    const std::string payload = std::string("Exif\0\0"sv) + std::string(exif);
    return result.insert(2, "\xFF\xE1" + number(size_of(payload) + 2, 2, true) + payload);
  }
  if (file.starts_with("\x89PNG"sv)) {
    const size_t after_header_chunk = 8 + 12 + 13;
    const std::string chunk = "eXIf" + std::string(exif);
    return result.insert(after_header_chunk, number(size_of(exif), 4, true) + chunk + number(crc32(chunk), 4, true));
  }
  REQUIRE(file.starts_with("RIFF"sv));
  result += "EXIF" + number(size_of(exif), 4, false) + std::string(exif) + std::string(exif.size() % 2, '\0');
  return result.replace(4, 4, number(size_of(result) - 8, 4, false));
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no Error was thrown");
  throw std::logic_error("FAIL does not return");
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace styler::test
