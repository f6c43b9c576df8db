#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace styler::app {

/// The folders of the control groups that this process is in, for one controller (`cpu`, `memory`): its own group and
/// all above it, since a parent's limit holds for its children. Some of them may not be there: inside a container the
/// path is often that of the host.
struct ControlGroups {
  std::vector<std::filesystem::path> version_1;
  std::vector<std::filesystem::path> version_2;
};
/// \param root  `/`; tests put a folder with made-up files here.
ControlGroups control_groups(const std::string& controller, const std::filesystem::path& root = "/");

/// Empty where there is no such file.
std::string first_line(const std::filesystem::path& file);

}  // namespace styler::app
