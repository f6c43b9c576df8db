#pragma once

#include "styler/app/commands/command_line.hpp"
#include "styler/base/error.hpp"

namespace styler::app {

/// Runs what was asked for, by the run() that stands beside the command's options. Requires that validate() has passed.
/// \returns the exit code.
/// \throws Error and whatever LibTorch throws; failure_of() in base/failure.hpp knows what to say then.
inline int dispatch(const Request& request) {
  const auto command = [](const auto& options) {
    if constexpr (requires { run(options); }) return run(options);
    STYLER_ASSERT(false);  // main() gives answers itself, and opens the engine for the rest
    return 0;
  };
  return std::visit(command, request);
}

}  // namespace styler::app
