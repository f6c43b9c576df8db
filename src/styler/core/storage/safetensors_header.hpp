#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "styler/core/storage/safetensors.hpp"

// The header of a `.safetensors` file. Only safetensors.cpp includes this.
namespace styler::safetensors {

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
[[noreturn]] void fail(const Source& source, const std::string& what);

/// One tensor's line in the header.
struct Entry {
  std::string name;
  at::ScalarType type = at::kFloat;
  std::vector<int64_t> shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

/// A header as it stands there: two entries may have one name, and the offsets may be any.
struct Header {
  std::vector<Entry> entries;
  std::map<std::string, std::string> metadata;
};

/// The text with a replacement character for every byte that is no UTF-8, which JSON can't hold: a file's name, which
/// our metadata tell, may be of any bytes.
std::string utf8_text(std::string_view text);

/// Reads the header's text: exactly the JSON that the format allows, which never nests deeper than an array in an
/// object in an object, and no key twice. Bytes that
/// are no UTF-8 are read as utf8_text() has them.
/// \throws Error{source.use.code}
Header read_header(std::string_view text, const Source& source);

}  // namespace styler::safetensors
