#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/out_of_memory.hpp"
#include "styler/core/memory/plan.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/picture/picture.hpp"

namespace styler {

/// What the user is told of a run that ends so, without a picture.
Error out_of_memory();

/// The plans of a run, and what becomes of them when memory runs out all the same: the scale in work gets a smaller
/// one, and so do the finer scales whose plans take more than was to be had here.
class MemoryGuard {
 public:
  /// \param network, run  must outlive this.
  /// \param warn          is told whenever plans have to change.
  /// \param plans         of each scale, coarse to fine.
  MemoryGuard(const FeatureExtractor& network, const PlannedRun& run, WarningSink warn, std::vector<MemoryPlan> plans)
      : network_(network), run_(run), warn_(std::move(warn)), plans_(std::move(plans)) {}

  void begin_scale(size_t index);
  /// Of the scale in work.
  const MemoryPlan& plan() const { return plans_[scale_]; }
  const std::vector<MemoryPlan>& plans() const { return plans_; }

  /// Returns `attempt(tiling)`, which is called again with smaller tiles as long as memory runs out in it.
  /// \throws what the last attempt threw.
  template <typename Attempt>
  auto with_tiles(const Attempt& attempt) {
    while (true) {
      try {
        return attempt(plan().tiling);
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
  /// Plans the finer scales for no more than `limit` in use, or for the least there is. Returns what is to be told of
  /// it, to be put behind what happened to the scale in work; empty when they stay as they are.
  std::string shrink_finer(int64_t limit);

  const FeatureExtractor& network_;
  const PlannedRun& run_;
  WarningSink warn_;
  std::vector<MemoryPlan> plans_;
  size_t scale_ = 0;
};

}  // namespace styler
