#include "styler/app/host/memory_budget.hpp"

#include "styler/app/host/memory.hpp"

namespace styler::app {

MemoryBudget memory_budget(const MemoryOptions& options, const MachineChoice& machine) {
  const int64_t asked = options.limit_bytes;
  if (const auto free = free_gpu_memory(machine.device)) {
    return {asked > 0 ? asked : default_memory_limit({*free, *free}, 0), 0};
  }
  const int64_t resident = resident_memory_bytes();
  return {asked > 0 ? asked : default_memory_limit(machine_memory(), resident), resident};
}

}  // namespace styler::app
