#pragma once

#include <vector>

#include "styler/core/memory/plan.hpp"
#include "styler/core/stylize/observer.hpp"
#include "styler/core/stylize/run_state.hpp"

namespace styler {

/// Those of a run that begins. Warns where L-BFGS has to do with less than the options ask for, since that is another
/// picture.
/// \throws Error{Memory} as plan_run().
std::vector<MemoryPlan> new_plans(const PlannedRun& run, Observer& observer);

/// Those of `state`, where they still fit; else smaller ones, with a warning. May have to drop what the optimiser
/// remembered from `state`.
/// \throws Error{Memory} as plan_run().
std::vector<MemoryPlan> plans_to_go_on(const PlannedRun& run, RunState& state, Observer& observer);

}  // namespace styler
