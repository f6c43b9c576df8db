#include "styler/app/session/session.hpp"

#include <exception>
#include <iostream>

#include "styler/base/version.hpp"

namespace styler::app {

int logged_run(const MessageOptions& messages, Stopping stopping,
               const std::function<int(Console& console, spdlog::logger& log)>& work) {
  const StopSignals signals(messages.quiet ? Stopping::Silently : stopping);
  Console console(std::cerr, stderr_is_terminal(), stderr_columns());
  const auto log = make_logger(messages, console);
  log->info("styler {}", program_version());
  try {
    return work(console, *log);
  } catch (const std::exception& error) {
    log->debug("ended by: {}", error.what());
    throw;
  }
}

}  // namespace styler::app
