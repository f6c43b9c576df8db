#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace styler {

/// A file that people write, or what was wrong with it.
struct TextFile {
  enum class Problem {
    None,
    Unreadable,     ///< For `reason`.
    NoRegularFile,  ///< A folder; or a device, which may never end, or a pipe, which may never begin.
    TooLarge,
  };
  std::string text;
  Problem problem = Problem::None;
  std::string reason;  ///< The system's.
};

/// Reads a file of at most `most_bytes`, and of a larger one hardly more than that.
TextFile read_text_file(const std::filesystem::path& file, size_t most_bytes);

}  // namespace styler
