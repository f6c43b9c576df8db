#include "styler/base/file/protobuf.hpp"

#include <bit>
#include <stdexcept>

namespace styler {
namespace {

enum class Wire : uint64_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

constexpr int kVarintBits = 64;

void append_varint(std::string& to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>((value & 0x7f) | 0x80);
  to += static_cast<char>(value);
}

void append_key(std::string& to, uint64_t field, Wire wire) {
  append_varint(to, field << 3 | static_cast<uint64_t>(wire));
}

[[noreturn]] void fail() { throw std::runtime_error("is no protocol buffer"); }

std::string_view taken(std::string_view& from, uint64_t count) {
  if (count > from.size()) fail();
  const std::string_view result = from.substr(0, count);
  from.remove_prefix(count);
  return result;
}

uint64_t taken_varint(std::string_view& from) {
  uint64_t value = 0;
  for (int shift = 0; shift < kVarintBits; shift += 7) {
    const auto byte = static_cast<unsigned char>(taken(from, 1).front());
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  fail();
}

uint64_t taken_fixed(std::string_view& from, size_t count) {
  uint64_t value = 0;
  const std::string_view bytes = taken(from, count);
  for (size_t i = 0; i < count; ++i) value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
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

std::vector<ProtobufField> protobuf_fields(std::string_view message) {
  std::vector<ProtobufField> fields;
  while (!message.empty()) {
    const uint64_t key = taken_varint(message);
    ProtobufField field;
    field.number = key >> 3;
    switch (static_cast<Wire>(key & 7)) {
      case Wire::Varint:
        field.value = taken_varint(message);
        break;
      case Wire::Fixed64:
        field.value = taken_fixed(message, sizeof(uint64_t));
        break;
      case Wire::Fixed32:
        field.value = taken_fixed(message, sizeof(uint32_t));
        break;
      case Wire::Bytes:
        field.bytes = taken(message, taken_varint(message));
        field.has_bytes = true;
        break;
      default:
        fail();
    }
    if (field.number == 0) fail();
    fields.push_back(field);
  }
  return fields;
}

std::vector<int64_t> packed_varints(std::string_view bytes) {
  std::vector<int64_t> values;
  while (!bytes.empty()) values.push_back(static_cast<int64_t>(taken_varint(bytes)));
  return values;
}

}  // namespace styler
