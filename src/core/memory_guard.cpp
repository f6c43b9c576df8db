#include "core/memory_guard.hpp"

#include <new>
#include <optional>
#include <string>
#include <utility>

#include "options/out_of_memory.hpp"

namespace styler {
namespace {

/// Of what the last plan was predicted to take by itself, the part that the next one may.
constexpr double kNextPart = 0.8;

/// What L-BFGS needs to be more than steepest descent.
constexpr int64_t kLeastHistory = 3;

}  // namespace

bool is_out_of_memory(const std::exception& error) {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr || tells_of_memory(error.what());
}

void MemoryGuard::begin_scale(const PlannedWork& work, MemoryPlan plan) {
  network_.release_memory();
  work_ = work;
  plan_ = std::move(plan);
}

bool MemoryGuard::shrink_tiles() {
  network_.release_memory();
  const auto own = static_cast<double>(plan_.predicted_bytes - fixed_bytes_);
  const int64_t limit = fixed_bytes_ + static_cast<int64_t>(kNextPart * own);
  std::optional<MemoryPlan> smaller = plan_tiles(work_, options_, memory_, {limit, fixed_bytes_}, plan_);
  if (!smaller) return false;
  plan_ = std::move(*smaller);
  observer_.on_warning("memory ran out; going on with tiles of " + std::to_string(plan_.tiling.edge) +
                       " px in the network's first " + std::to_string(plan_.tiling.blocks) + " blocks");
  return true;
}

bool MemoryGuard::shrink_history() {
  network_.release_memory();
  if (plan_.history_size == 0) return false;
  if (plan_.history_precision != "bf16" && options_.optimizer.history_precision != "fp32") {
    plan_.history_precision = "bf16";
  } else if (plan_.history_size / 2 >= kLeastHistory) {
    plan_.history_size /= 2;
  } else {
    return false;
  }
  plan_.predicted_bytes = predicted_memory(work_, options_, memory_, fixed_bytes_, plan_);
  observer_.on_warning("memory ran out; going on with a history of " + std::to_string(plan_.history_size) +
                       " steps in " + plan_.history_precision + ", which begins anew");
  return true;
}

}  // namespace styler
