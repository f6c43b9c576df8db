#include "styler/core/memory/guard.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace styler {
namespace {

/// Of what the last plan was predicted to take by itself, the part that the next one may.
constexpr double kNextPart = 0.8;

/// What L-BFGS needs to be more than steepest descent.
constexpr int64_t kLeastHistory = 3;

}  // namespace

Error out_of_memory() {
  return {ErrorCode::Memory,
          "memory ran out on the way, and no plan takes less; use a smaller --size or --precision bf16"};
}

void MemoryGuard::begin_scale(size_t index) {
  network_.release_memory();
  scale_ = index;
}

bool MemoryGuard::shrink_tiles() {
  network_.release_memory();
  const int64_t fixed_bytes = run_.budget.fixed_bytes;
  const auto own = static_cast<double>(plan().predicted_bytes - fixed_bytes);
  const int64_t limit = fixed_bytes + static_cast<int64_t>(kNextPart * own);
  std::optional<MemoryPlan> smaller = plan_tiles(run_, scale_, limit, plan());
  if (!smaller) return false;
  plans_[scale_] = *smaller;
  warn_("memory ran out; going on with tiles of " + std::to_string(plan().tiling.edge) + " px in the network's first " +
        std::to_string(plan().tiling.blocks) + " blocks" + shrink_finer(limit));
  return true;
}

bool MemoryGuard::shrink_history() {
  network_.release_memory();
  MemoryPlan& plan = plans_[scale_];
  if (plan.history_size == 0) return false;
  if (plan.history_precision != Precision::Bf16 && run_.options.optimizer.history_precision != Precision::Fp32) {
    plan.history_precision = Precision::Bf16;
  } else if (plan.history_size / 2 >= kLeastHistory) {
    plan.history_size /= 2;
  } else {
    return false;
  }
  plan.predicted_bytes = predicted_memory(run_, scale_, plan);
  warn_("memory ran out; going on with a history of " + std::to_string(plan.history_size) + " steps in " +
        std::string(kPrecisions.word(plan.history_precision)) + ", which begins anew" +
        shrink_finer(plan.predicted_bytes));
  return true;
}

std::string MemoryGuard::shrink_finer(int64_t limit) {
  bool is_smaller = false;
  for (size_t i = scale_ + 1; i < plans_.size(); ++i) {
    if (plans_[i].predicted_bytes <= limit) continue;
    // Where nothing is known to fit, the least may all the same: perhaps what took the memory gives it back.
    const int64_t least = least_memory(run_, i);
    std::optional<MemoryPlan> smaller = plan_scale(run_, i, std::max(limit, least));
    if (!smaller || smaller->predicted_bytes >= plans_[i].predicted_bytes) continue;
    plans_[i] = *smaller;
    is_smaller = true;
  }
  if (!is_smaller) return {};
  const MemoryPlan& finest = plans_.back();
  return "; the scales to come will do with less, too (at the last, tiles: " + tiling_text(finest) +
         "; history: " + history_text(finest) + ")";
}

}  // namespace styler
