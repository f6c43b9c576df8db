#pragma once

#include <filesystem>
#include <string>

namespace styler::app {

/// A report with a line for each picture. Adds lines, each in one go, so that a program that is killed leaves none half
/// written. What a full disk cuts off is no part of the next line.
class LineFile {
 public:
  /// \throws Error{Output} when the file can't be opened, or holds something that is no report.
  explicit LineFile(const std::filesystem::path& file);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// \throws Error{Output}
  void add(const std::string& line);

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
  bool cut_off_ = false;  ///< Whether the file ends in mid-line.
};

}  // namespace styler::app
