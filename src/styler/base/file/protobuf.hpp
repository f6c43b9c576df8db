#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// A field that was read: its number, and its value as its kind has it.
struct ProtobufField {
  enum class Kind { Whole, Bytes, Fixed32, Fixed64 };

  uint64_t number = 0;
  Kind kind = Kind::Whole;
  uint64_t bits = 0;         ///< Of all kinds but Bytes.
  std::string_view bytes{};  ///< A text, a message, or a row of numbers; of the message that is read.

  /// \throws Error{InvalidArgument} for another kind of value, as all of these.
  int64_t whole() const;
  float single() const;
  std::string_view text() const;
  /// Adds its numbers to others of the same field, one or a row of them, which writers are free to choose.
  void add_wholes(std::vector<int64_t>& to) const;
  void add_singles(std::vector<float>& to) const;
};

/// Reads a message, whoever wrote it, field by field. What it gives takes no more memory than the message, and no field
/// is looked into but by another reader: so depth is the caller's.
class ProtobufReader {
 public:
  /// \param message  must outlive what is read.
  explicit ProtobufReader(std::string_view message) : rest_(message) {}

  /// The next field, or none at the end.
  /// \throws Error{InvalidArgument} with a part of a sentence, where the bytes are none of such a message.
  std::optional<ProtobufField> next();

 private:
  std::string_view taken(uint64_t count);
  std::string_view rest_;
};

}  // namespace styler
