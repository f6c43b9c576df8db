#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "styler/app/cli/message_options.hpp"
#include "styler/app/session/console.hpp"

namespace styler::app {

/// Messages for the console as `options` want them, and for the log file, if there is one.
/// \param console  must outlive the logger.
/// \throws Error{Output} when the log file can't be opened.
std::shared_ptr<spdlog::logger> make_logger(const MessageOptions& options, Console& console);

}  // namespace styler::app
