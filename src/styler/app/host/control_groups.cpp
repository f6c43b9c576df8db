#include "styler/app/host/control_groups.hpp"

#include <fstream>

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// The group `path` and those above it, up to the mount.
void add_levels(const fs::path& mount, fs::path path, std::vector<fs::path>& groups) {
  groups.push_back(mount);
  for (path = path.relative_path(); !path.empty(); path = path.parent_path()) groups.push_back(mount / path);
}

}  // namespace

ControlGroups control_groups(const std::string& controller, const fs::path& root) {
  const fs::path mount = root / "sys/fs/cgroup";
  ControlGroups result;
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // `number:controllers:path`
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path path = line.substr(second + 1);
    if (controllers.empty()) {
      add_levels(mount, path, result.version_2);
    } else if (("," + controllers + ",").find("," + controller + ",") != std::string::npos) {
      add_levels(mount / controllers, path, result.version_1);
      if (controllers != controller) add_levels(mount / controller, path, result.version_1);
    }
  }
  return result;
}

std::string first_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

}  // namespace styler::app
