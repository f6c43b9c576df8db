#pragma once

#include <filesystem>
#include <string>

namespace styler::test {

/// An empty folder of its own for one test; gone with all that is in it at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file, with the folders on the way to it.
  std::filesystem::path put(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace styler::test
