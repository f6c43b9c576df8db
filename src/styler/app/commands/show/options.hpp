#pragma once

#include <filesystem>

#include "styler/app/cli/command.hpp"

namespace styler::app {

/// `styler show PICTURE`
struct ShowOptions {
  static constexpr CommandInfo kCommand{
      .name = "show",
      .usage = "styler show PICTURE [options]",
      .does = "Print how a picture was made: the command that makes it again",
  };

  std::filesystem::path file;
  bool json = false;  ///< Everything that is stored, instead of the command.

  void describe(OptionTable& table);
  /// \throws Error{InvalidArgument} unless there is a file.
  void validate() const;
};
using ShowCommands = CommandTypes<ShowOptions>;

int run(const ShowOptions& options);

}  // namespace styler::app
