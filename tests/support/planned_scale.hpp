#pragma once

#include <cstdint>
#include <optional>

#include "styler/core/memory/plan.hpp"

namespace support {

/// A run of this one scale.
inline styler::PlannedRun run_of(const styler::PlannedWork& work, const styler::StylizeOptions& options,
                                 const styler::NetworkMemory& network, const styler::MemoryBudget& budget) {
  styler::PlannedRun run(work.content, {{work.style}}, options, /*shortest=*/16, network, budget);
  run.scales = {work};
  return run;
}

inline std::optional<styler::MemoryPlan> plan_scale(const styler::PlannedWork& work,
                                                    const styler::StylizeOptions& options,
                                                    const styler::NetworkMemory& network,
                                                    const styler::MemoryBudget& budget) {
  return styler::plan_scale(run_of(work, options, network, budget), 0, budget.limit_bytes);
}

inline int64_t least_memory(const styler::PlannedWork& work, const styler::StylizeOptions& options,
                            const styler::NetworkMemory& network, int64_t fixed_bytes) {
  return styler::least_memory(run_of(work, options, network, {0, fixed_bytes}), 0);
}

}  // namespace support
