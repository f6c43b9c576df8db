#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"

// The header of a `.safetensors` file. Only safetensors.cpp includes this.
namespace styler::safetensors {

constexpr size_t kMaxDimensions = 8;

/// What the format calls a type of numbers.
struct TypeName {
  const char* name;
  at::ScalarType type;
};
constexpr std::array kTypes{TypeName{"F64", at::kDouble},    TypeName{"F32", at::kFloat}, TypeName{"F16", at::kHalf},
                            TypeName{"BF16", at::kBFloat16}, TypeName{"I64", at::kLong},  TypeName{"I32", at::kInt},
                            TypeName{"I16", at::kShort},     TypeName{"I8", at::kChar},   TypeName{"U8", at::kByte},
                            TypeName{"BOOL", at::kBool}};

/// A file and what it is for.
struct Source {
  const std::filesystem::path& file;
  const SafetensorsUse& use;
};

/// Every refusal of a broken file goes through here, so that all name the file and the way out.
[[noreturn]] inline void fail(const Source& source, const std::string& what) {
  throw Error(source.use.code,
              source.file.string() + " is not a whole .safetensors file: " + what + "; " + source.use.if_broken);
}

/// One tensor's line in the header.
struct Entry {
  std::string name;
  at::ScalarType type = at::kFloat;
  std::vector<int64_t> shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

/// Reads the header: exactly the JSON that the format allows, which never nests deeper than an array in an object in an
/// object. So there is no recursion, and no input can exhaust the stack.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const Source& source) : text_(text), source_(source) {}

  void read(std::vector<Entry>& entries, std::map<std::string, std::string>& metadata) {
    bool metadata_seen = false;
    read_object([&](std::string name) {
      if (name == "__metadata__") {
        if (metadata_seen) broken("the metadata stand there twice");
        metadata_seen = true;
        read_object([&](std::string key) {
          std::string value = read_string();
          if (!metadata.emplace(std::move(key), std::move(value)).second) broken("a metadata key stands there twice");
        });
      } else {
        entries.push_back(read_entry(std::move(name)));
      }
    });
    skip_space();
    if (position_ != text_.size()) broken("something follows the header's closing brace");
  }

 private:
  [[noreturn]] void broken(const std::string& what) const {
    fail(source_, what + " (header, byte " + std::to_string(position_) + ")");
  }

  void skip_space() {
    while (position_ < text_.size() && std::strchr(" \t\r\n", text_[position_]) && text_[position_]) ++position_;
  }

  char next() {
    if (position_ >= text_.size()) broken("the header ends too early");
    return text_[position_++];
  }

  /// Skips space and takes `wanted` when it comes next.
  bool take(char wanted) {
    skip_space();
    if (position_ >= text_.size() || text_[position_] != wanted) return false;
    ++position_;
    return true;
  }

  void expect(char wanted) {
    if (!take(wanted)) broken(std::string("a '") + wanted + "' is missing");
  }

  template <typename Value>
  void read_object(const Value& read_value) {
    expect('{');
    if (take('}')) return;
    do {
      std::string key = read_string();
      expect(':');
      read_value(std::move(key));
    } while (take(','));
    expect('}');
  }

  template <typename Value>
  void read_array(const Value& read_value) {
    expect('[');
    if (take(']')) return;
    do read_value();
    while (take(','));
    expect(']');
  }

  uint64_t read_number() {
    skip_space();
    const size_t first = position_;
    uint64_t number = 0;
    while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') {
      const auto digit = static_cast<uint64_t>(text_[position_++] - '0');
      if (__builtin_mul_overflow(number, uint64_t{10}, &number) || __builtin_add_overflow(number, digit, &number)) {
        broken("a number does not fit 64 bits");
      }
    }
    if (position_ == first) broken("a whole number of at least 0 is missing");
    if (text_[first] == '0' && position_ != first + 1) broken("a number starts with a zero");
    return number;
  }

  unsigned read_four_hex_digits() {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i) {
      const char digit = next();
      const char* const digits = "0123456789abcdef";
      const char lower = digit >= 'A' && digit <= 'F' ? static_cast<char>(digit - 'A' + 'a') : digit;
      const char* const found = lower ? std::strchr(digits, lower) : nullptr;
      if (!found) broken("a \\u escape lacks its four hexadecimal digits");
      code = code * 16 + static_cast<unsigned>(found - digits);
    }
    return code;
  }

  static void append_utf8(std::string& text, unsigned code) {
    const auto add = [&](unsigned byte) { text.push_back(static_cast<char>(byte)); };
    const auto add_rest = [&](unsigned shift) { add(0x80u | ((code >> shift) & 0x3fu)); };
    if (code < 0x80) {
      add(code);
    } else if (code < 0x800) {
      add(0xc0u | (code >> 6));
      add_rest(0);
    } else if (code < 0x10000) {
      add(0xe0u | (code >> 12));
      add_rest(6);
      add_rest(0);
    } else {
      add(0xf0u | (code >> 18));
      add_rest(12);
      add_rest(6);
      add_rest(0);
    }
  }

  void read_escape(std::string& text) {
    const char kind = next();
    const std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
    if (const size_t simple = from.find(kind); simple != std::string_view::npos) {
      text.push_back(to[simple]);
      return;
    }
    if (kind != 'u') broken("an escape that JSON does not have");
    unsigned code = read_four_hex_digits();
    if (code >= 0xd800 && code < 0xdc00) {
      if (next() != '\\' || next() != 'u') broken("half of a surrogate pair");
      const unsigned low = read_four_hex_digits();
      if (low < 0xdc00 || low >= 0xe000) broken("half of a surrogate pair");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code < 0xe000) {
      broken("half of a surrogate pair");
    }
    append_utf8(text, code);
  }

  std::string read_string() {
    expect('"');
    std::string text;
    for (char c = next(); c != '"'; c = next()) {
      if (static_cast<unsigned char>(c) < 0x20) broken("a control character in a string");
      if (c == '\\') {
        read_escape(text);
      } else {
        text.push_back(c);
      }
    }
    return text;
  }

  Entry read_entry(std::string name) {
    Entry entry;
    entry.name = std::move(name);
    bool has_type = false, has_shape = false;
    std::vector<uint64_t> offsets;
    const auto once = [&](bool seen) {
      if (seen) broken("a field of tensor " + quoted_name(entry.name) + " stands there twice");
    };
    read_object([&](const std::string& field) {
      if (field == "dtype") {
        once(std::exchange(has_type, true));
        entry.type = type_of(read_string(), entry.name);
      } else if (field == "shape") {
        once(std::exchange(has_shape, true));
        read_array([&] {
          const uint64_t size = read_number();
          if (size > INT64_MAX || entry.shape.size() == kMaxDimensions) {
            broken("the shape of tensor " + quoted_name(entry.name) + " is out of bounds");
          }
          entry.shape.push_back(static_cast<int64_t>(size));
        });
      } else if (field == "data_offsets") {
        once(!offsets.empty());
        read_array([&] {
          if (offsets.size() == 2) broken("tensor " + quoted_name(entry.name) + " has more than two offsets");
          offsets.push_back(read_number());
        });
      } else {
        broken("tensor " + quoted_name(entry.name) + " has an unknown field " + quoted_name(field));
      }
    });
    if (!has_type || !has_shape || offsets.size() != 2) {
      broken("tensor " + quoted_name(entry.name) + " lacks its type, shape or offsets");
    }
    entry.begin = offsets[0];
    entry.end = offsets[1];
    return entry;
  }

  at::ScalarType type_of(const std::string& name, const std::string& tensor) const {
    for (const auto& known : kTypes) {
      if (name == known.name) return known.type;
    }
    broken("tensor " + quoted_name(tensor) + " has the unknown type " + quoted_name(name));
  }

  std::string_view text_;
  const Source& source_;
  size_t position_ = 0;
};

}  // namespace styler::safetensors
