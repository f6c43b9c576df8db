#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace styler {

// Protocol buffers, as TensorBoard's events and ONNX have them: a row of fields, each a number with the kind of its
// value, and that value.

/// Writes the value's bytes, the lowest first.
template <typename Unsigned>
void append_little_endian(std::string& to, Unsigned value) {
  for (size_t i = 0; i < sizeof(value); ++i) to += static_cast<char>((value >> (8 * i)) & 0xff);
}

/// A message that is being written, field by field. One that stands there twice is repeated.
class ProtobufMessage {
 public:
  ProtobufMessage& whole(uint64_t field, int64_t value);
  ProtobufMessage& number(uint64_t field, double value);  ///< Of 64 bits.
  ProtobufMessage& single(uint64_t field, float value);   ///< Of 32.
  ProtobufMessage& bytes(uint64_t field, std::string_view value);
  ProtobufMessage& message(uint64_t field, const ProtobufMessage& value) { return bytes(field, value.text_); }
  /// Fields that were written elsewhere.
  ProtobufMessage& fields(const ProtobufMessage& more);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// One field of a message that was read.
struct ProtobufField {
  uint64_t number = 0;
  uint64_t value = 0;      ///< Of a varint or a fixed number its bits.
  std::string_view bytes;  ///< Of text, bytes and messages; looks into what was read.
  bool has_bytes = false;
};

/// The fields of a message in their order, whatever anybody has written.
/// \throws std::runtime_error where it is no message; nothing beyond `message` is looked at.
std::vector<ProtobufField> protobuf_fields(std::string_view message);

/// The whole numbers of a field that is packed: varints one behind the other.
/// \throws std::runtime_error
std::vector<int64_t> packed_varints(std::string_view bytes);

}  // namespace styler
