#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace styler {

/// The names of numbered pictures, as printf and FFmpeg write them: `out/frame_%05d.png`. `%d` stands for the number,
/// `%05d` for at least five digits of it, `%%` for a percent sign. The number stands in the file's name, not in its
/// folder's.
class FramePattern {
 public:
  /// Whether a name is meant as a pattern: it has a `%` with `d` behind digits, or none.
  static bool is_pattern(const std::filesystem::path& name);

  /// \throws Error{InvalidArgument} for a name with no number in it, or two.
  explicit FramePattern(const std::filesystem::path& pattern);

  std::filesystem::path file(int64_t number) const;
  /// The number that file() makes this file's name of; none for another name.
  std::optional<int64_t> number_of(std::string_view file_name) const;
  std::filesystem::path folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::string before_, after_;
  size_t digits_ = 0;
};

}  // namespace styler
