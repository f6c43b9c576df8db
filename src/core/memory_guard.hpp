#pragma once

#include <exception>

#include "styler/features.hpp"
#include "styler/memory_plan.hpp"
#include "styler/observer.hpp"

namespace styler {

/// Whether this is what a failed allocation throws, on the CPU or on a GPU.
bool is_out_of_memory(const std::exception& error);

/// The plan of the scale in work, and what becomes of it when memory runs out all the same.
class MemoryGuard {
 public:
  /// \param fixed_bytes                 as in the budget that the plans are for.
  /// \param network, options, observer  must outlive this. The observer is warned whenever the plan has to change.
  MemoryGuard(const FeatureExtractor& network, const NetworkMemory& memory, int64_t fixed_bytes,
              const StylizeOptions& options, Observer& observer)
      : network_(network), memory_(memory), fixed_bytes_(fixed_bytes), options_(options), observer_(observer) {}

  void begin_scale(const PlannedWork& work, MemoryPlan plan);
  const MemoryPlan& plan() const { return plan_; }

  /// Returns `attempt(tiling)`, which is called again with smaller tiles as long as memory runs out in it.
  /// \throws what the last attempt threw.
  template <typename Attempt>
  auto with_tiles(const Attempt& attempt) {
    while (true) {
      try {
        return attempt(plan_.tiling);
      } catch (const std::exception& error) {
        if (!is_out_of_memory(error) || !shrink_tiles()) throw;
      }
    }
  }

  /// Plans for less history. Returns false when it can't be less.
  bool shrink_history();

 private:
  /// Plans for smaller tiles. Returns false when they can't be smaller.
  bool shrink_tiles();

  const FeatureExtractor& network_;
  NetworkMemory memory_;
  int64_t fixed_bytes_;
  const StylizeOptions& options_;
  Observer& observer_;
  PlannedWork work_;
  MemoryPlan plan_;
};

}  // namespace styler
