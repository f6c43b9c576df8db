#include "styler/app/host/memory_budget.hpp"

#include <algorithm>
#include <limits>

#include "styler/app/host/memory.hpp"
#include "styler/base/error.hpp"
#include "styler/core/compute/device.hpp"

namespace styler::app {
namespace {

/// A device that can't be had is refused elsewhere.
bool computes_on_gpu(const DeviceOptions& options) {
  try {
    return !resolve_device(options).device.is_cpu();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

MemoryBudget memory_budget(const MemoryOptions& options, const MachineChoice& machine) {
  const int64_t asked = options.limit_bytes;
  if (const auto free = free_gpu_memory(machine.device)) {
    return {asked > 0 ? asked : default_memory_limit({*free, *free}, 0), 0};
  }
  const int64_t resident = resident_memory_bytes();
  return {asked > 0 ? asked : default_memory_limit(machine_memory(), resident), resident};
}

int64_t reading_budget(const MemoryOptions& options, const DeviceOptions& device) {
  // Of the first call: what is painted meanwhile, in a batch, has a budget of its own.
  static const int64_t program = resident_memory_bytes();
  const bool is_asked = options.limit_bytes > 0 && !computes_on_gpu(device);
  const MachineMemory memory = machine_memory();
  if (!is_asked && memory.available == 0) return std::numeric_limits<int64_t>::max();  // nobody knows
  const int64_t limit = is_asked ? options.limit_bytes : default_memory_limit(memory, program);
  return std::max<int64_t>(1, limit - program);
}

ReadOptions within_budget(ReadOptions reading, const MemoryOptions& options, const DeviceOptions& device,
                          int64_t used_edge) {
  reading.memory_bytes = reading_budget(options, device);
  reading.used_edge = used_edge;
  return reading;
}

}  // namespace styler::app
