#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "styler/core/compute/device.hpp"
#include "styler/core/network/tiling.hpp"
#include "styler/options/objective_options.hpp"
#include "styler/options/optimizer_options.hpp"
#include "styler/options/scales.hpp"
#include "styler/options/stylize_options.hpp"

namespace styler {

/// How the network computes, as far as its memory goes.
struct NetworkMemory {
  int element_bytes = 4;  ///< Of an activation: 4 in float32, 2 in bfloat16.
  /// The fast network of the processor (core/network/fast_vgg19.hpp), or else LibTorch's operators.
  bool fast = true;
  int threads = 1;
  /// In one tensor. CUDA's libraries count in 32 bits.
  int64_t most_elements = std::numeric_limits<int64_t>::max();
};

/// Of the network that make_vgg19() makes for this device.
NetworkMemory network_memory(const ComputeDevice& device, int threads);

/// What a plan has to keep to.
struct MemoryBudget {
  int64_t limit_bytes = std::numeric_limits<int64_t>::max();  ///< What may be in use at most, all in all.
  int64_t fixed_bytes = 0;  ///< What is in use before the first scale: program, network, pictures as decoded.
};

/// What there is of a picture beside its colours, in numbers per pixel.
struct WeightMaps {
  int content = 0;  ///< How much each pixel counts: alpha, and for each region how far it belongs to that.
  int style = 0;    ///< Of the style picture that has most.
  int regions = 0;  ///< Of the content.
};

/// One scale, as a run goes through it.
struct PlannedWork {
  Size content;            ///< Of the picture that is optimised.
  Size style;              ///< At which the largest of the style pictures is looked at: one at a time.
  int64_t iterations = 0;  ///< No more pairs are remembered than there are iterations.
  WeightMaps maps{};
};

/// A run, as far as its memory goes: made once, and the one argument of everything here.
struct PlannedRun {
  /// \param own_size     the picture's own size.
  /// \param extents      of the style pictures; at least one.
  /// \param shortest     as FeatureExtractor::min_edge() has it.
  /// \throws Error{Input} as make_schedule().
  PlannedRun(Size own_size, std::vector<StyleExtent> extents, const StylizeOptions& stylize, int64_t shortest,
             const NetworkMemory& network_memory, const MemoryBudget& memory_budget,
             const WeightMaps& weight_maps = {});

  Size content;
  std::vector<StyleExtent> styles;
  StylizeOptions options;
  int64_t min_edge;
  NetworkMemory network;
  MemoryBudget budget;
  WeightMaps maps;
  std::vector<Scale> schedule;      ///< Coarse to fine.
  std::vector<PlannedWork> scales;  ///< What each of them is to memory.
};

/// How to go through one scale.
struct MemoryPlan {
  Tiling tiling;
  int64_t history_size = 0;  ///< Pairs that L-BFGS keeps; 0 for Adam.
  Precision history_precision = Precision::Fp32;
  int64_t predicted_bytes = 0;   ///< In use at most, fixed_bytes included.
  double evaluation_factor = 1;  ///< Time of an evaluation, compared with one without tiles.

  bool operator==(const MemoryPlan&) const = default;
};

/// The plan for a scale that costs least among those that take no more than `limit_bytes`. Tiles cost time: of
/// computing the network's head twice, and the tiles' margins several times. A short or rounded history changes the
/// picture, and counts for more than the time that would make up for it. Never predicts more than the limit; a larger
/// limit never costs more.
///
/// The options' optimizer.history_size is the most that a plan takes, and its history_precision and the memory's tile
/// are kept to unless they leave the choice.
/// \returns nothing when no plan fits.
std::optional<MemoryPlan> plan_scale(const PlannedRun& run, size_t scale, int64_t limit_bytes);

/// The quickest of the plans that keep the history of `plan` and fit. An edge of tiles that the options ask for is not
/// kept to, but with no tiles asked for it is that or nothing.
/// \returns nothing when none does.
std::optional<MemoryPlan> plan_tiles(const PlannedRun& run, size_t scale, int64_t limit_bytes, const MemoryPlan& plan);

/// What going through the scale by this plan takes, by its tiling and history.
int64_t predicted_memory(const PlannedRun& run, size_t scale, const MemoryPlan& plan);

/// The least that any plan for this scale is predicted to take.
int64_t least_memory(const PlannedRun& run, size_t scale);

/// A plan for each scale of a run, coarse to fine, within its budget.
/// \throws Error{Memory} when a scale does not fit, naming the smallest limit that would do and the largest size that
///         fits.
std::vector<MemoryPlan> plan_run(const PlannedRun& run);

/// `1024 px, 2 blocks` or `none`; `10 in fp32` or `none`.
std::string tiling_text(const MemoryPlan& plan);
std::string history_text(const MemoryPlan& plan);

/// `1.52 GiB`, `740 MiB`.
std::string bytes_text(int64_t bytes);

}  // namespace styler
