#include "core/memory_guard.hpp"

#include <c10/util/Exception.h>

#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace styler {
namespace {

/// Of what the last plan was predicted to take, the part that the next one may.
constexpr double kNextLimit = 0.8;

/// What L-BFGS needs to be more than steepest descent.
constexpr int64_t kLeastHistory = 3;

}  // namespace

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  // LibTorch has a type of its own for it on GPUs only, and not in all versions.
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  if (torch_error == nullptr) return false;
  const std::string_view message = torch_error->what_without_backtrace();
  return message.find("out of memory") != std::string_view::npos ||
         message.find("not enough memory") != std::string_view::npos ||
         message.find("can't allocate memory") != std::string_view::npos;
}

void MemoryGuard::begin_scale(const PlannedWork& work, MemoryPlan plan) {
  network_.release_memory();
  work_ = work;
  plan_ = std::move(plan);
}

bool MemoryGuard::shrink_tiles() {
  network_.release_memory();
  const auto limit = static_cast<int64_t>(kNextLimit * static_cast<double>(plan_.predicted_bytes));
  std::optional<MemoryPlan> smaller = plan_tiles(work_, options_, memory_, {limit, 0}, plan_);
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
  observer_.on_warning("memory ran out; going on with a history of " + std::to_string(plan_.history_size) +
                       " steps in " + plan_.history_precision + ", which begins anew");
  return true;
}

}  // namespace styler
