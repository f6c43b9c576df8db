#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

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

}  // namespace styler
