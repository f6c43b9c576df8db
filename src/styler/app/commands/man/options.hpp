#pragma once

#include <string>

#include "styler/app/cli/command.hpp"

namespace styler::app {

/// `styler man`
struct ManOptions {
  static constexpr CommandInfo kCommand{
      .name = "man",
      .usage = "styler man",
      .does = "Print the manual page, as in styler man | man -l -",
  };

  void describe(OptionTable& /*table*/) {}
  void validate() const {}
  std::string answer(const CommandTree& all) const;
};
using ManCommands = CommandTypes<ManOptions>;

}  // namespace styler::app
