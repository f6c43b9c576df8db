#pragma once

#include <spdlog/logger.h>

#include "styler/app/commands/evaluate/options.hpp"
#include "styler/app/session/console.hpp"

namespace styler::app {

/// Whether the results are films, and not sets of pictures: files that are called like films, or patterns of frames.
bool names_films(const EvaluateOptions& options);

/// Judges each film of the results beside the film that it was painted from, as the report of `styler video` does;
/// tells the figures, and writes report, table and page.
/// \returns the exit code.
/// \throws Error{InvalidArgument} for options that are of pictures alone; Error{Input}, Error{Output}
int evaluate_films(const EvaluateOptions& options, Console& console, spdlog::logger& log);

}  // namespace styler::app
