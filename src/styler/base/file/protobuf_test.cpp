#include "styler/base/file/protobuf.hpp"

#include <bit>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"

namespace styler {

TEST_CASE("a message has the bytes that the protocol's own pages show", "[protobuf]") {
  // "Protocol Buffers: Encoding": field 1 as 150 is 08 96 01, field 2 as "testing" 12 07 and the letters.
  CHECK(ProtobufMessage().whole(1, 150).text() == "\x08\x96\x01");
  CHECK(ProtobufMessage().bytes(2, "testing").text() == "\x12\x07testing");
  CHECK(ProtobufMessage().message(3, ProtobufMessage().whole(1, 150)).text() == "\x1a\x03\x08\x96\x01");
  CHECK(ProtobufMessage().whole(1, -1).text().size() == 11);
  CHECK(ProtobufMessage().single(1, 1.0F).text() == std::string("\x0d\0\0\x80\x3f", 5));
}

TEST_CASE("what was written is read back, in its order", "[protobuf]") {
  ProtobufMessage written;
  written.whole(1, -7).number(2, 0.5).single(3, -1.5F).bytes(300, std::string("a\0b", 3)).whole(1, 1LL << 40);
  const std::vector<ProtobufField> fields = protobuf_fields(written.text());
  REQUIRE(fields.size() == 5);
  CHECK(static_cast<int64_t>(fields[0].value) == -7);
  CHECK(std::bit_cast<double>(fields[1].value) == 0.5);
  CHECK(std::bit_cast<float>(static_cast<uint32_t>(fields[2].value)) == -1.5F);
  CHECK(fields[3].number == 300);
  CHECK(fields[3].has_bytes);
  CHECK(fields[3].bytes == std::string("a\0b", 3));
  CHECK(fields[4].value == uint64_t{1} << 40);
  CHECK(packed_varints("\x03\x8e\x02\x9e\xa7\x05") == std::vector<int64_t>{3, 270, 86942});
}

TEST_CASE("what is cut off or no message is told, and nothing beyond is read", "[protobuf]") {
  const std::string whole = ProtobufMessage().whole(1, 150).bytes(2, "testing").number(3, 1).single(4, 1).text();
  for (size_t length = 1; length < whole.size(); ++length) {
    try {
      for (const ProtobufField& field : protobuf_fields(std::string(whole, 0, length))) CHECK(field.number < 5);
    } catch (const std::runtime_error&) {
      continue;
    }
    CHECK((length == 3 || length == 12 || length == 21));  // where a field ends
  }
  const std::string endless(20, '\xff');
  CHECK_THROWS_AS(protobuf_fields(endless), std::runtime_error);
  CHECK_THROWS_AS(protobuf_fields(std::string("\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10)), std::runtime_error);
  CHECK_THROWS_AS(protobuf_fields("\x0b"), std::runtime_error);  // a group, which nobody writes any more
  CHECK_THROWS_AS(protobuf_fields(std::string("\0\0", 2)), std::runtime_error);
}

}  // namespace styler
