#pragma once

#include <functional>

#include "styler/app/session/console.hpp"
#include "styler/app/session/log.hpp"
#include "styler/app/session/stop_signals.hpp"

namespace styler::app {

/// The frame of a command that computes: does `work` with a console on stderr and a log that begins with this program's
/// version, while StopSignals listens (silently if `messages` want quiet). What `work` throws is logged whole, since
/// the user gets one sentence of it, and goes on to the caller.
/// \returns what `work` returns.
int logged_run(const MessageOptions& messages, Stopping stopping,
               const std::function<int(Console& console, spdlog::logger& log)>& work);

}  // namespace styler::app
