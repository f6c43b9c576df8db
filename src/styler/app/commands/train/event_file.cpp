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

/// `event.proto`: 1 wall time, 2 step, 3 version of the file, 5 summary.
ProtobufMessage event_of(int64_t step) {
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  ProtobufMessage event;
  event.number(1, now).whole(2, step);
  return event;
}

/// `summary.proto`: a summary has values as its field 1, of which 1 is the tag.
ProtobufMessage summary_of(const std::string& tag, const ProtobufMessage& fields) {
  ProtobufMessage value, summary;
  value.bytes(1, tag).fields(fields);
  summary.message(1, value);
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
  ProtobufMessage event = event_of(0);
  event.bytes(3, "brain.Event:2");
  file_ << record_of(event.text()) << std::flush;
}

void EventFile::number(const std::string& tag, int64_t step, double value) {
  ProtobufMessage fields;
  fields.single(2, static_cast<float>(value));
  write(step, summary_of(tag, fields));
}

void EventFile::picture(const std::string& tag, int64_t step, std::string_view png, Size size) {
  constexpr int64_t kRgb = 3;
  ProtobufMessage picture, fields;
  picture.whole(1, size.height).whole(2, size.width).whole(3, kRgb).bytes(4, png);
  fields.message(4, picture);
  write(step, summary_of(tag, fields));
}

void EventFile::write(int64_t step, const ProtobufMessage& summary) {
  ProtobufMessage event = event_of(step);
  event.message(5, summary);
  file_ << record_of(event.text()) << std::flush;
}

}  // namespace styler::app
