#include "styler/app/commands/apply/frames.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <cctype>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/image/codec/quantize.hpp"

namespace styler::app {
namespace {

constexpr int64_t kMostHeaderNumber = 1'000'000'000;

bool is_blank(char letter) { return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r'; }

}  // namespace

FrameReader::FrameReader(ByteSource source, std::optional<Size> raw, int64_t max_pixels)
    : source_(std::move(source)), raw_(raw), max_pixels_(max_pixels) {}

void FrameReader::fail(const std::string& what) const {
  throw Error(ErrorCode::Input, "frame " + std::to_string(count_ + 1) + " of standard input " + what);
}

std::optional<char> FrameReader::byte() {
  char letter = 0;
  if (source_(&letter, 1) == 0) return std::nullopt;
  return letter;
}

int64_t FrameReader::number(std::optional<char> first) {
  std::optional<char> letter = first;
  while (letter && (is_blank(*letter) || *letter == '#')) {
    if (*letter == '#') {
      while (letter && *letter != '\n') letter = byte();
    } else {
      letter = byte();
    }
  }
  int64_t value = 0;
  bool has_digits = false;
  while (letter && std::isdigit(static_cast<unsigned char>(*letter)) != 0) {
    value = value * 10 + (*letter - '0');
    has_digits = true;
    if (value > kMostHeaderNumber) fail("has a header with too large a number; send PPM (P6) of 8 bits");
    letter = byte();
  }
  if (!has_digits || !letter || !is_blank(*letter)) {
    fail("has a header that is none of PPM's; send PPM (P6) of 8 bits, or tell the size of raw pixels with --raw");
  }
  return value;
}

std::optional<Size> FrameReader::header() {
  const std::optional<char> first = byte();
  if (!first) return std::nullopt;
  const std::optional<char> second = byte();
  if (*first != 'P' || !second || *second != '6') {
    fail("does not begin as PPM (P6) does; send that, or tell the size of raw pixels with --raw");
  }
  Size size;
  size.width = number(byte());
  size.height = number(byte());
  const int64_t most = number(byte());
  if (most != 255) fail("has values up to " + std::to_string(most) + "; send PPM of 8 bits, whose are up to 255");
  return size;
}

Frame FrameReader::next() {
  const std::optional<Size> size = raw_ ? raw_ : header();
  if (!size) return {};
  const std::string pixels = std::to_string(size->width) + "x" + std::to_string(size->height) + " pixels";
  if (size->width < 1 || size->height < 1) fail("has " + pixels + " but must have some; send frames of 1x1 or more");
  if (size->width > max_pixels_ / size->height) {
    fail("has " + pixels + " but may have at most " + std::to_string(max_pixels_) +
         "; send smaller ones, or raise --max-pixels and --memory-limit");
  }
  Frame frame = at::empty({size->height, size->width, 3}, at::kByte);
  const auto wanted = static_cast<size_t>(frame.numel());
  size_t read = 0;
  while (read < wanted) {
    const size_t more = source_(static_cast<char*>(frame.data_ptr()) + read, wanted - read);
    if (more == 0) break;
    read += more;
  }
  if (read == 0 && raw_) return {};
  if (read < wanted) {
    fail("ends after " + std::to_string(read) + " of its " + std::to_string(wanted) +
         " bytes; send whole frames, of --raw's size where that is given");
  }
  ++count_;
  return frame;
}

std::string ppm_header(Size size) {
  return "P6\n" + std::to_string(size.width) + " " + std::to_string(size.height) + "\n255\n";
}

at::Tensor picture_of_frame(const Frame& frame) {
  return frame.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat).div_(255).contiguous();
}

Frame frame_of_picture(const at::Tensor& picture) {
  Pixels pixels = quantize({picture, {}}, {});  // as files have them, but with blue first
  return at::from_blob(pixels.bytes.data(), {pixels.height, pixels.width, 3}, at::kByte).flip(2).contiguous();
}

}  // namespace styler::app
