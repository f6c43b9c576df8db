#pragma once

#include "styler/app/job/machine.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/core/memory/plan.hpp"

namespace styler::app {

/// What a run may have in use on the machine that was chosen: --memory-limit, or most of what is available. To be asked
/// when pictures and network are in memory, and nothing else is: that is what the plan adds to. On a GPU the network's
/// weights are not counted.
MemoryBudget memory_budget(const JobOptions& options, const MachineChoice& machine);

}  // namespace styler::app
