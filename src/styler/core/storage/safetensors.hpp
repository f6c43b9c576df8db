#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {

/// What a file is for, which its errors speak of.
struct SafetensorsUse {
  ErrorCode code = ErrorCode::Weights;
  const char* kind = "a weights file";
  /// The way out when there is none, and when it is broken.
  const char* if_missing = "check the path, or run `styler weights install`";
  const char* if_broken = "get it again with `styler weights install` or `styler weights import`";
};

/// One tensor as the header tells of it.
struct TensorEntry {
  std::string name;
  at::ScalarType type;
  std::vector<int64_t> shape;
};

/// One `.safetensors` file, open, with all of its structure checked. Numbers are read when they are asked for, into
/// memory of their own: what becomes of the file later, cut off or written over, reaches no tensor that has been read.
class SafetensorsReader {
 public:
  /// Checks the header's length and grammar, every type, shape and offset, and that the tensors fill the file without a
  /// gap or an overlap.
  /// \throws Error{use.code} when the file is missing or anything in it is not as the format asks.
  explicit SafetensorsReader(std::filesystem::path file, const SafetensorsUse& use = {});
  SafetensorsReader(const SafetensorsReader&) = delete;
  SafetensorsReader& operator=(const SafetensorsReader&) = delete;
  ~SafetensorsReader();

  /// What is no UTF-8 in it has become replacement characters: earlier versions wrote names of files as they were.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// In the order in which their numbers stand in the file; no two have one name.
  const std::vector<TensorEntry>& tensors() const { return tensors_; }
  /// How the file begins: all that is before the numbers.
  const std::string& header() const { return header_; }

  /// Requires (STYLER_ASSERT) an index into tensors(). For any number of threads at once.
  /// \throws Error{use.code} when the file has become shorter meanwhile, or can't be read.
  at::Tensor read(size_t index) const;

 private:
  void read_bytes(char* into, size_t count, uint64_t from) const;

  std::filesystem::path file_;
  SafetensorsUse use_;
  int descriptor_;
  std::string header_;
  std::map<std::string, std::string> metadata_;
  std::vector<TensorEntry> tensors_;
  std::vector<uint64_t> positions_;  ///< Where in the file each begins.
};

/// All that a `.safetensors` file holds.
struct SafetensorsFile {
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// \throws as SafetensorsReader does
SafetensorsFile read_safetensors(const std::filesystem::path& file, const SafetensorsUse& use = {});

/// Tensors by name, in an order of their own.
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// What the format calls a type: `F32`. Requires (STYLER_ASSERT) one that it knows.
const char* safetensors_type(at::ScalarType type);

/// How a `.safetensors` file begins whose data are those of `tensors`, in this order and without gaps.
/// Requires (STYLER_ASSERT) types that the format knows.
std::string safetensors_header(const std::vector<TensorEntry>& tensors,
                               const std::map<std::string, std::string>& metadata);

/// The bytes of a `.safetensors` file with these tensors, in this order. Equal arguments give equal bytes.
/// Requires (STYLER_ASSERT) tensors on the CPU, of a type that the format knows, with different names.
std::string safetensors_bytes(const NamedTensors& tensors, const std::map<std::string, std::string>& metadata);

/// A name out of a file as a message may show it: in quotes, without control characters, of bounded length.
std::string quoted_name(std::string_view name);

/// `[64, 3, 3, 3]`
std::string shape_text(at::IntArrayRef shape);

}  // namespace styler
