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
