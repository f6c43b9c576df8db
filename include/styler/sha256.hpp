#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace styler {

/// SHA-256 as 64 hexadecimal digits.
std::string sha256_of(std::string_view bytes);

/// The same of a whole file, read in small pieces.
/// \throws Error{Weights} when it can't be read, or is no regular file.
std::string file_sha256(const std::filesystem::path& file);

}  // namespace styler
