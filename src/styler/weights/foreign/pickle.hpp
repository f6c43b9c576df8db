#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace styler {

/// What a pickle was found to describe. Values refer to each other by their place in one list, so that shared and
/// even cyclic structures cost nothing and are freed without recursion.
struct PickleValue {
  enum class Kind {
    None,
    Boolean,
    Integer,
    Float,  ///< Its number is not kept: no tensor needs one.
    Text,
    Tuple,
    List,
    Dict,     ///< `items` are key, value, key, value …
    Global,   ///< One of the few functions and classes that rebuild tensors.
    Storage,  ///< `text` is its key, `integer` its number of elements.
    Tensor,   ///< `items[0]` is its storage.
  };
  Kind kind = Kind::None;
  at::ScalarType type = at::kFloat;  ///< Of a storage's elements.
  int64_t integer = 0;               ///< An integer, a boolean, a global's number, a tensor's first element.
  std::string text;                  ///< A text; the bytes of an integer that does not fit 64 bits.
  std::vector<uint32_t> items;
  std::vector<int64_t> shape;    ///< Of a tensor.
  std::vector<int64_t> strides;  ///< Of a tensor, in elements.
};

/// One pickle, read.
struct Pickle {
  std::vector<PickleValue> values;
  uint32_t root = 0;
  size_t bytes = 0;  ///< How many bytes it took; PyTorch's legacy files hold several, one after the other.

  const PickleValue& at(uint32_t index) const { return values[index]; }
  const PickleValue& top() const { return values[root]; }
};

/// Reads the pickle at the beginning of `bytes` with a machine that knows only what rebuilds tensors in dictionaries.
/// Nothing is looked up or called: a name that is not on its short list ends the reading.
/// \param file  Only named in messages.
/// \throws Error{Weights} naming what the pickle asks for (`posix.system`), or where it breaks off or is too large.
Pickle read_pickle(std::string_view bytes, const std::filesystem::path& file);

}  // namespace styler
