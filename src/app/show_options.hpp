#pragma once

#include <filesystem>

namespace CLI {
class App;
}

namespace styler::app {

/// `styler show PICTURE`
struct ShowOptions {
  std::filesystem::path file;
  bool json = false;  ///< Everything that is stored, instead of the command.
};

void bind_options(CLI::App& app, ShowOptions& options);

}  // namespace styler::app
