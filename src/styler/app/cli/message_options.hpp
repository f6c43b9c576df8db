#pragma once

#include <filesystem>

#include "styler/app/cli/option_table.hpp"

namespace styler::app {

/// What is told on the way, beside errors.
struct MessageOptions {
  /// Nothing but errors, not even the name of the picture written.
  bool quiet = false;
  /// 0: progress and warnings; 1: also what was chosen and why; 2: also every evaluation.
  int verbosity = 0;
  /// Gets the same with times, whatever `quiet` and `verbosity` say; empty: none. Lines are added to an old file.
  std::filesystem::path log_file;

  /// \throws Error{InvalidArgument}
  void validate() const;
};

void describe(OptionTable& table, MessageOptions& messages);

}  // namespace styler::app
