#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {

/// What a `.safetensors` file holds. The tensors lie in the mapped file, which stays mapped as long as any of them
/// lives; writing to one of them is a memory fault.
struct SafetensorsFile {
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> metadata;
  std::string_view bytes;               ///< The whole file; valid as long as `mapping` or one of the tensors lives.
  std::shared_ptr<const void> mapping;  ///< Keeps the file mapped.

  /// Lets go of what has been read of the file; it is read again when it is looked at.
  void release_pages() const;
};

/// What a file is for, which its errors speak of.
struct SafetensorsUse {
  ErrorCode code = ErrorCode::Weights;
  const char* kind = "a weights file";
  /// The way out when there is none, and when it is broken.
  const char* if_missing = "check the path, or run `styler weights install`";
  const char* if_broken = "get it again with `styler weights install` or `styler weights import`";
};

/// Maps a file and checks all of its structure: the header's length and grammar, every type, shape and offset, and that
/// the tensors fill the file without a gap or an overlap.
/// \throws Error{use.code} when the file is missing or anything in it is not as the format asks.
SafetensorsFile read_safetensors(const std::filesystem::path& file, const SafetensorsUse& use = {});

/// One tensor as the header tells of it.
struct TensorEntry {
  std::string name;
  at::ScalarType type;
  std::vector<int64_t> shape;
};

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
