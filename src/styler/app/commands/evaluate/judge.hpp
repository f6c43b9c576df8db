#pragma once

#include <spdlog/logger.h>

#include <optional>

#include "styler/app/commands/evaluate/options.hpp"
#include "styler/app/commands/evaluate/scores.hpp"
#include "styler/app/session/console.hpp"

namespace styler::app {

/// Finds, reads and compares all pictures. Memory does not grow with their number, but for their names and figures.
/// \returns nothing when a signal has stopped it.
/// \throws Error for what would make all of it fail; pictures that can't be read are skipped.
std::optional<Scores> judged(const EvaluateOptions& options, Console& console, spdlog::logger& log);

}  // namespace styler::app
