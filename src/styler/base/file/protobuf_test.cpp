#include "styler/base/file/protobuf.hpp"

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

}  // namespace styler
