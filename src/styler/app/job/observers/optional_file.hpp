#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

namespace styler::app {

/// A file that is written again and again while a run goes on, and that the run can do without.
class OptionalFile {
 public:
  explicit OptionalFile(std::filesystem::path file) : file_(std::move(file)) {}

  const std::filesystem::path& file() const { return file_; }

  /// Has `write` write it. What that throws is the file's matter alone; memory that ran out too, which the run would
  /// take for its own.
  /// \returns why it could not be written, if the attempt before did not fail for the same reason; else nothing.
  std::string attempt(const std::function<void()>& write);

 private:
  std::filesystem::path file_;
  std::string told_;  ///< The reason of the last failure; empty after a success.
};

}  // namespace styler::app
