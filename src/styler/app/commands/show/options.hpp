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

  /// \throws Error{InvalidArgument} unless there is a file.
  void validate() const;
};

void bind_options(CLI::App& app, ShowOptions& options);

}  // namespace styler::app
