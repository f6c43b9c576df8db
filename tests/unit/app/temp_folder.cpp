#include "temp_folder.hpp"

#include <unistd.h>

#include <fstream>

namespace styler::test {

namespace fs = std::filesystem;

TempFolder::TempFolder() {
  static int count = 0;
  path_ = fs::temp_directory_path() / ("styler app " + std::to_string(getpid()) + " " + std::to_string(count++));
  fs::create_directories(path_);
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path TempFolder::put(const std::string& name, const std::string& text) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
  return file;
}

}  // namespace styler::test
