#include "styler/core/storage/safetensors.hpp"

#include <cstring>

#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

namespace {

/// A file with this header, its length in front, and `data_bytes` zeros behind.
std::string file_with(const std::string& header, size_t data_bytes) {
  std::string bytes(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + std::string(data_bytes, '\0');
}

/// The message that a file of these bytes is refused with.
std::string refusal(const std::string& bytes) {
  const TempFolder folder;
  write_bytes(folder / "x.safetensors", bytes);
  return message_of(ErrorCode::Weights, [&] { read_safetensors(folder / "x.safetensors"); });
}

std::string two_tensors() {
  return safetensors_bytes({{"a", counted({2, 3})}, {"b", counted({4}, 10)}}, {{"key", "value"}});
}

}  // namespace

TEST_CASE("safetensors come back as they were written", "[weights][unit][processor]") {
  const TempFolder folder;
  const std::map<std::string, std::string> metadata{{"plain", "text"}, {"odd \"key\"\\", "line\nbreak\x01 ü"}};
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (const auto type : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kLong, at::kByte}) {
    tensors.emplace_back("of type " + std::to_string(static_cast<int>(type)), counted({3, 5}).to(type));
  }
  tensors.emplace_back("scalar", counted({1}).reshape({}));
  tensors.emplace_back("empty", counted({0, 4}));
  tensors.emplace_back("transposed", counted({3, 4}).t());
  write_bytes(folder / "x", safetensors_bytes(tensors, metadata));

  const SafetensorsFile file = read_safetensors(folder / "x");
  CHECK(file.metadata == metadata);
  CHECK(file.tensors.size() == tensors.size());
  for (const auto& [name, tensor] : tensors) CHECK(file.tensors.at(name).equal(tensor));
}

TEST_CASE("safetensors that the Python package wrote are read", "[weights][unit][processor]") {
  const SafetensorsFile file = read_safetensors(data_file("small.safetensors"));
  CHECK(file.metadata == std::map<std::string, std::string>{{"made by", "safetensors"}});
  CHECK(file.tensors.at("a").equal(counted({2, 3})));
  CHECK(file.tensors.at("b").equal(counted({3}).to(at::kHalf)));
}

TEST_CASE("tensors are their own: the file may be cut off or removed", "[weights][unit][processor]") {
  const TempFolder folder;
  write_bytes(folder / "x", two_tensors());
  const SafetensorsReader reader(folder / "x");
  const at::Tensor tensor = reader.read(0);
  std::filesystem::resize_file(folder / "x", 100);
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { reader.read(1); }), contains("shorter while it was read"));
  std::filesystem::remove(folder / "x");
  CHECK(tensor.equal(counted({2, 3})));
}

TEST_CASE("a header that is no UTF-8 is read, as earlier versions wrote it from a file's name",
          "[weights][unit][processor]") {
  const TempFolder folder;
  write_bytes(folder / "x", file_with("{\"__metadata__\":{\"source\":\"gem\xe4lde.h5\"},\"a\":{\"dtype\":\"F32\","
                                      "\"shape\":[1],\"data_offsets\":[0,4]}}",
                                      4));
  const SafetensorsFile file = read_safetensors(folder / "x");
  CHECK(file.metadata.at("source") == "gem\ufffdlde.h5");
  CHECK(safetensors_bytes({}, file.metadata).find('\xe4') == std::string::npos);
}

TEST_CASE("numbers at odd addresses are copied to even ones", "[weights][unit][processor]") {
  const TempFolder folder;
  write_bytes(folder / "x", file_with(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} )", 8));
  const at::Tensor tensor = read_safetensors(folder / "x").tensors.at("a");
  CHECK(reinterpret_cast<uintptr_t>(tensor.data_ptr()) % sizeof(float) == 0);
}

TEST_CASE("a safetensors file truncated anywhere is refused", "[weights][unit][processor]") {
  const std::string bytes = two_tensors();
  for (size_t length = 0; length < bytes.size(); ++length) refusal(bytes.substr(0, length));
}

TEST_CASE("a safetensors header of absurd length is refused before it is read", "[weights][unit][processor]") {
  std::string bytes = two_tensors();
  for (const uint64_t length : {uint64_t{0}, uint64_t{1} << 32, uint64_t{INT64_MAX}, UINT64_MAX}) {
    std::memcpy(bytes.data(), &length, sizeof length);
    refusal(bytes);
  }
}

TEST_CASE("wrong offsets are refused by the tensor's name", "[weights][unit][processor]") {
  const auto [header, problem] = GENERATE(table<std::string, std::string>({
      // Overlap, gap, end before begin, beyond the data, other size than the shape's, numbers that wrap around.
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
       "'b' starts at byte 4"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
       "'b' starts at byte 8"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})",
       "'b' ends at byte 0"},
      {R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", "'a' ends at byte 16"},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}})", "'a' of shape [2]"},
      {R"({"a":{"dtype":"F32","shape":[4611686018427387907],"data_offsets":[0,12]}})", "'a' of shape"},
      {R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", "'a' of shape"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "the data have 12 bytes"},
      {R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,99999999999999999999]}})", "64 bits"},
  }));
  CHECK_THAT(refusal(file_with(header, 12)), contains(problem));
}

TEST_CASE("a safetensors header that is not the format's JSON is refused", "[weights][unit][processor]") {
  const std::string header = GENERATE(
      as<std::string>(), "", "[]", "{", R"({"a")", R"({"a":1})", R"({"a":{}})", R"({"a":{"dtype":"F32"}})", "{} {}",
      R"({"a\x":{}})", R"({"a":{"dtype":"F33","shape":[],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})",
      R"({"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":[[[[]]]]}})",
      R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
      R"({"__metadata__":{"a":1}})", R"({"__metadata__":{"a":"1","a":"2"}})",
      R"({"__metadata__":{},"__metadata__":{}})", R"({"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
      "{\"a\n\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
  INFO(header);
  CHECK_THAT(refusal(file_with(header, 4)), contains("not a whole .safetensors file"));
}

TEST_CASE("escaped names are read as JSON has them", "[weights][unit][processor]") {
  const TempFolder folder;
  write_bytes(folder / "x",
              file_with(R"({"\u00e9\ud83d\uDE00\n\/":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4));
  CHECK(read_safetensors(folder / "x").tensors.contains("é😀\n/"));
}

TEST_CASE("what surrounds a header's JSON is no part of it", "[weights][unit][processor]") {
  const std::string entry = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  CHECK_THAT(refusal(file_with("\xEF\xBB\xBF" + entry, 4)), contains("a '{' is missing"));
  CHECK_THAT(refusal(file_with(entry + std::string(3, '\0'), 4)), contains("zero byte"));
  CHECK_THAT(refusal(file_with(entry + " x", 4)), contains("something follows"));
  CHECK_THAT(refusal(file_with(entry.substr(0, 20), 4)), contains("the header ends too early"));
  const TempFolder folder;
  write_bytes(folder / "x", file_with(" \n" + entry + "\t ", 4));
  CHECK(read_safetensors(folder / "x").tensors.contains("a"));
}

TEST_CASE("a header that nests deep, or for long, is refused where it leaves the format",
          "[weights][unit][processor]") {
  const std::string brackets(size_t{7} << 20, '[');
  CHECK_THAT(refusal(file_with(R"({"a":)" + brackets, 4)), contains("a '{' is missing (header, byte 6)"));
  CHECK_THAT(refusal(file_with(R"({"a":{"dtype":"F32","shape":[)" + brackets, 4)), contains("a whole number"));
  CHECK_THAT(refusal(file_with(R"({"a":{"dtype":null}})", 4)), contains("a '\"' is missing"));
}

TEST_CASE("metadata of any bytes are written as text that can be read", "[weights][unit][processor]") {
  const TempFolder folder;
  write_bytes(folder / "x", safetensors_bytes({}, {{"source", "caf\xE9.pth"}, {"caf\xC3\xA9", "\x7f"}}));
  const auto metadata = read_safetensors(folder / "x").metadata;
  CHECK(metadata.at("source") == "caf\xEF\xBF\xBD.pth");
  CHECK(metadata.at("caf\xC3\xA9") == "\x7f");
}

TEST_CASE("what is no file at all is refused in plain words", "[weights][unit][processor]") {
  const TempFolder folder;
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { read_safetensors(folder / "none"); }), contains("No such file"));
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { read_safetensors(folder.path()); }), contains("not a regular file"));
}

TEST_CASE("names from a file cannot write control characters to a terminal", "[weights][unit][processor]") {
  CHECK(quoted_name("a\x1b[31m") == "'a?[31m'");
  CHECK(quoted_name(std::string(200, 'x')).size() < 100);
}
