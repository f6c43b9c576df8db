#pragma once

#include "styler/app/cli/option_table.hpp"
#include "styler/options/optimizer_options.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {

/// How much is to be done at which sizes. The size itself, and what is said of textures, stand with the pictures.
void describe(OptionTable& table, ScheduleOptions& schedule);
/// How the optimiser works, and when it ends.
void describe(OptionTable& table, OptimizerOptions& optimizer);

}  // namespace styler::app
