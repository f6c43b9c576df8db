#include "styler/app/commands/train/event_file.hpp"

#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

// A protocol buffer is a row of fields, each a number with the kind of its value, and that value.
enum class Wire : uint64_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

void append_varint(std::string& to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>((value & 0x7f) | 0x80);
  to += static_cast<char>(value);
}

/// The lowest byte first, as both the buffers and the records have it.
template <typename Unsigned>
void append_little_endian(std::string& to, Unsigned value) {
  for (size_t i = 0; i < sizeof(value); ++i) to += static_cast<char>((value >> (8 * i)) & 0xff);
}

void append_key(std::string& to, uint64_t field, Wire wire) {
  append_varint(to, field << 3 | static_cast<uint64_t>(wire));
}

void append_bytes(std::string& to, uint64_t field, std::string_view bytes) {
  append_key(to, field, Wire::Bytes);
  append_varint(to, bytes.size());
  to += bytes;
}

void append_whole(std::string& to, uint64_t field, int64_t value) {
  append_key(to, field, Wire::Varint);
  append_varint(to, static_cast<uint64_t>(value));
}

/// `event.proto`: 1 wall time, 2 step, 3 version of the file, 5 summary.
std::string event_of(int64_t step) {
  std::string event;
  append_key(event, 1, Wire::Fixed64);
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  append_little_endian(event, std::bit_cast<uint64_t>(now));
  append_whole(event, 2, step);
  return event;
}

/// `summary.proto`: a summary has values as its field 1, of which 1 is the tag.
std::string summary_of(const std::string& tag, std::string_view fields) {
  std::string value;
  append_bytes(value, 1, tag);
  value += fields;
  std::string summary;
  append_bytes(summary, 1, value);
  return summary;
}

std::string checksum(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  std::string result;
  append_little_endian(result, std::rotr(crc, 15) + 0xa282ead8U);
  return result;
}

std::string record_of(std::string_view body) {
  std::string record;
  append_little_endian(record, uint64_t{body.size()});
  record += checksum(record);
  record += body;
  return record + checksum(body);
}

std::string file_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  return "events.out.tfevents." + std::to_string(seconds) + "." + host.data() + "." + std::to_string(getpid());
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  constexpr uint32_t kReversedPolynomial = 0x82f63b78;
  uint32_t crc = ~uint32_t{0};
  for (const char byte : bytes) {
    crc ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kReversedPolynomial : 0);
  }
  return ~crc;
}

EventFile::EventFile(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  const fs::path file = folder / file_name();
  if (!problem) file_.open(file, std::ios::binary | std::ios::app);
  if (problem || !file_.good()) {
    throw Error(ErrorCode::Output, "folder " + quoted(folder) + " takes no file" +
                                       (problem ? " (" + problem.message() + ")" : std::string()) +
                                       "; choose another --log-dir");
  }
  std::string event = event_of(0);
  append_bytes(event, 3, "brain.Event:2");
  file_ << record_of(event) << std::flush;
}

void EventFile::number(const std::string& tag, int64_t step, double value) {
  std::string fields;
  append_key(fields, 2, Wire::Fixed32);
  append_little_endian(fields, std::bit_cast<uint32_t>(static_cast<float>(value)));
  write(step, summary_of(tag, fields));
}

void EventFile::picture(const std::string& tag, int64_t step, std::string_view png, Size size) {
  constexpr int64_t kRgb = 3;
  std::string picture;
  append_whole(picture, 1, size.height);
  append_whole(picture, 2, size.width);
  append_whole(picture, 3, kRgb);
  append_bytes(picture, 4, png);
  std::string fields;
  append_bytes(fields, 4, picture);
  write(step, summary_of(tag, fields));
}

void EventFile::write(int64_t step, std::string_view summary) {
  std::string event = event_of(step);
  append_bytes(event, 5, summary);
  file_ << record_of(event) << std::flush;
}

}  // namespace styler::app
