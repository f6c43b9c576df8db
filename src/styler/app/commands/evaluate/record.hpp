#pragma once

#include <nlohmann/json_fwd.hpp>

#include "styler/app/commands/evaluate/options.hpp"
#include "styler/app/commands/evaluate/scores.hpp"

namespace styler::app {

/// What --report holds: every figure, and what it takes to get the same again.
nlohmann::ordered_json report_json(const EvaluateOptions& options, const Scores& scores);

}  // namespace styler::app
