#include "styler/app/commands/train/event_file.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/workbench.hpp"

namespace styler::app {
namespace {

std::string only_file_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  REQUIRE(files.size() == 1);
  CHECK(files[0].filename().string().starts_with("events.out.tfevents."));
  std::ifstream file(files[0], std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <typename Value>
Value value_at(const std::string& bytes, size_t at) {
  Value value{};
  REQUIRE(at + sizeof(value) <= bytes.size());
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

uint32_t masked(uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8U; }

/// The bodies of a file's records, whose checksums must be right.
std::vector<std::string> records_of(const std::string& bytes) {
  std::vector<std::string> records;
  size_t at = 0;
  while (at < bytes.size()) {
    const auto length = value_at<uint64_t>(bytes, at);
    CHECK(value_at<uint32_t>(bytes, at + 8) == masked(crc32c(bytes.substr(at, 8))));
    records.push_back(bytes.substr(at + 12, length));
    CHECK(value_at<uint32_t>(bytes, at + 12 + length) == masked(crc32c(records.back())));
    at += 12 + length + 4;
  }
  return records;
}

}  // namespace

TEST_CASE("CRC-32C is that of RFC 3720's examples", "[event_file]") {
  CHECK(crc32c("123456789") == 0xe3069283U);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aaU);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43U);
}

TEST_CASE("an event file holds a record for each number and picture", "[event_file]") {
  const support::TempFolder folder;
  {
    EventFile file(folder.path() / "new" / "logs");
    file.number("loss/total", 300, 1.5);
    file.picture("held_out", 300, "PNG bytes", {3, 4});
    CHECK(file.good());
  }
  const std::vector<std::string> records = records_of(only_file_in(folder.path() / "new" / "logs"));
  REQUIRE(records.size() == 3);
  CHECK_THAT(records[0], support::contains("brain.Event:2"));
  // The step as a varint in field 2; the value's tag, and 1.5 as its field 2.
  const std::string step("\x10\xac\x02", 3);
  CHECK_THAT(records[1], support::contains(step));
  CHECK_THAT(records[1], support::contains(std::string("\x0a\x0aloss/total\x15\x00\x00\xc0\x3f", 17)));
  CHECK_THAT(records[2], support::contains(std::string("\x08\x03\x10\x04\x18\x03\x22\x09PNG bytes", 17)));
}

TEST_CASE("a folder that takes no events is told of", "[event_file]") {
  const support::TempFolder folder;
  const std::filesystem::path file = folder.put("file", "x");
  CHECK(support::message_of(ErrorCode::Output, [&] {
          EventFile events(file / "logs");
        }).starts_with("folder '" + (file / "logs").string() + "' takes no file"));
}

}  // namespace styler::app
