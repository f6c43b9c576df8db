#pragma once

#include "styler/app/host/machine.hpp"
#include "styler/core/memory/plan.hpp"
#include "styler/options/machine/device_options.hpp"
#include "styler/options/machine/memory_options.hpp"
#include "styler/options/picture_file_options.hpp"

namespace styler::app {

/// What a run may have in use on the machine that was chosen: --memory-limit, or most of what is available. To be asked
/// when pictures and network are in memory, and nothing else is: that is what the plan adds to. On a GPU the network's
/// weights are not counted.
MemoryBudget memory_budget(const MemoryOptions& options, const MachineChoice& machine);

/// What pictures may take while they are read, in bytes, beside what the program had in use before it read the first
/// one: the same limit, of the main memory. At least 1. On a GPU --memory-limit says nothing of that.
int64_t reading_budget(const MemoryOptions& options, const DeviceOptions& device);

/// How one picture is read beside no others: within that budget.
/// \param used_edge  see ReadOptions.
ReadOptions within_budget(ReadOptions reading, const MemoryOptions& options, const DeviceOptions& device,
                          int64_t used_edge = 0);

}  // namespace styler::app
