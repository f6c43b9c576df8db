#include "styler/base/file/protobuf.hpp"

#include <bit>

namespace styler {
namespace {

enum class Wire : uint64_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

void append_varint(std::string& to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>((value & 0x7f) | 0x80);
  to += static_cast<char>(value);
}

void append_key(std::string& to, uint64_t field, Wire wire) {
  append_varint(to, field << 3 | static_cast<uint64_t>(wire));
}

}  // namespace

ProtobufMessage& ProtobufMessage::whole(uint64_t field, int64_t value) {
  append_key(text_, field, Wire::Varint);
  append_varint(text_, static_cast<uint64_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::number(uint64_t field, double value) {
  append_key(text_, field, Wire::Fixed64);
  append_little_endian(text_, std::bit_cast<uint64_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::single(uint64_t field, float value) {
  append_key(text_, field, Wire::Fixed32);
  append_little_endian(text_, std::bit_cast<uint32_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::bytes(uint64_t field, std::string_view value) {
  append_key(text_, field, Wire::Bytes);
  append_varint(text_, value.size());
  text_ += value;
  return *this;
}

ProtobufMessage& ProtobufMessage::fields(const ProtobufMessage& more) {
  text_ += more.text_;
  return *this;
}

}  // namespace styler
