#include "styler/base/file/protobuf.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
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

TEST_CASE("a message is read as it was written", "[protobuf]") {
  const std::string text = ProtobufMessage().whole(1, -7).bytes(2, "testing").single(30, 2.5F).number(4, 1).text();
  ProtobufReader reader(text);
  CHECK(reader.next().value().whole() == -7);
  CHECK(reader.next().value().text() == "testing");
  const ProtobufField third = reader.next().value();
  CHECK(third.number == 30);
  CHECK(third.single() == 2.5F);
  CHECK(reader.next().value().kind == ProtobufField::Kind::Fixed64);
  CHECK_FALSE(reader.next().has_value());
}

TEST_CASE("numbers of a row are read one by one and all together", "[protobuf]") {
  std::vector<int64_t> wholes;
  std::vector<float> singles;
  const std::string text = "\x08\x05\x0a\x03\x96\x01\x07" + ProtobufMessage().single(2, 0.5F).text() +
                           std::string("\x12\x04\0\0\x80\x3f", 6);
  ProtobufReader reader(text);
  for (int i = 0; i < 2; ++i) reader.next().value().add_wholes(wholes);
  for (int i = 0; i < 2; ++i) reader.next().value().add_singles(singles);
  CHECK(wholes == std::vector<int64_t>{5, 150, 7});
  CHECK(singles == std::vector<float>{0.5F, 1.0F});
}

TEST_CASE("a message that ends too soon or has a field of no kind is refused", "[protobuf]") {
  const std::string bytes = GENERATE(as<std::string>(), "\x08", "\x12\x07test", "\x0d\x01\x02", "\x09\x01", "\x0b",
                                     "\x0f", std::string("\0\1", 2), "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                                     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  ProtobufReader reader(bytes);
  CHECK_THROWS_AS(reader.next(), Error);
  const std::string whole = ProtobufMessage().whole(1, 1).text();
  CHECK_THROWS_AS(ProtobufReader(whole).next().value().text(), Error);
  CHECK_THROWS_AS(ProtobufReader(whole).next().value().single(), Error);
}

}  // namespace styler
