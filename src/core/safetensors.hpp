#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace styler {

/// What a `.safetensors` file holds. The tensors lie in the mapped file, which stays mapped as long as any of them
/// lives; writing to one of them is a memory fault.
struct SafetensorsFile {
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Maps a file and checks all of its structure: the header's length and grammar, every type, shape and offset, and that
/// the tensors fill the file without a gap or an overlap.
/// \throws Error{Weights} when the file is missing or anything in it is not as the format asks.
SafetensorsFile read_safetensors(const std::filesystem::path& file);

/// The bytes of a `.safetensors` file with these tensors, in this order. Equal arguments give equal bytes.
/// Requires (STYLER_ASSERT) tensors on the CPU, of a type that the format knows, with different names.
std::string safetensors_bytes(const std::vector<std::pair<std::string, at::Tensor>>& tensors,
                              const std::map<std::string, std::string>& metadata);

/// A name out of a file as a message may show it: in quotes, without control characters, of bounded length.
std::string quoted_name(std::string_view name);

/// `[64, 3, 3, 3]`
std::string shape_text(at::IntArrayRef shape);

}  // namespace styler
