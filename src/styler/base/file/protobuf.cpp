#include "styler/base/file/protobuf.hpp"

#include <bit>

#include "styler/base/error.hpp"

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

/// Takes a number off the beginning, of ten bytes at most.
uint64_t taken_varint(std::string_view& from) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  reject("a number in it has no end");
}

/// The bytes' number, of which the lowest come first.
uint64_t little_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

[[noreturn]] void refuse_kind() { reject("a value in it is of another kind than its field"); }

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

int64_t ProtobufField::whole() const {
  if (kind != Kind::Whole) refuse_kind();
  return static_cast<int64_t>(bits);
}

float ProtobufField::single() const {
  if (kind != Kind::Fixed32) refuse_kind();
  return std::bit_cast<float>(static_cast<uint32_t>(bits));
}

std::string_view ProtobufField::text() const {
  if (kind != Kind::Bytes) refuse_kind();
  return bytes;
}

void ProtobufField::add_wholes(std::vector<int64_t>& to) const {
  if (kind == Kind::Whole) {
    to.push_back(whole());
    return;
  }
  std::string_view row = text();
  while (!row.empty()) to.push_back(static_cast<int64_t>(taken_varint(row)));
}

void ProtobufField::add_singles(std::vector<float>& to) const {
  if (kind == Kind::Fixed32) {
    to.push_back(single());
    return;
  }
  std::string_view row = text();
  if (row.size() % sizeof(float) != 0) reject("a row of numbers in it ends within one");
  for (; !row.empty(); row.remove_prefix(sizeof(float))) {
    to.push_back(std::bit_cast<float>(static_cast<uint32_t>(little_endian(row.substr(0, sizeof(float))))));
  }
}

std::string_view ProtobufReader::taken(uint64_t count) {
  if (count > rest_.size()) reject("a length in it is beyond its end");
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::optional<ProtobufField> ProtobufReader::next() {
  if (rest_.empty()) return std::nullopt;
  const uint64_t key = taken_varint(rest_);
  ProtobufField field;
  field.number = key >> 3;
  if (field.number == 0) reject("a field in it has no number");
  switch (static_cast<Wire>(key & 7)) {
    case Wire::Varint:
      field.bits = taken_varint(rest_);
      break;
    case Wire::Fixed64:
      field.kind = ProtobufField::Kind::Fixed64;
      field.bits = little_endian(taken(sizeof(uint64_t)));
      break;
    case Wire::Bytes:
      field.kind = ProtobufField::Kind::Bytes;
      field.bytes = taken(taken_varint(rest_));
      break;
    case Wire::Fixed32:
      field.kind = ProtobufField::Kind::Fixed32;
      field.bits = little_endian(taken(sizeof(uint32_t)));
      break;
    default:
      reject("a field in it is of no known kind");
  }
  return field;
}

}  // namespace styler
