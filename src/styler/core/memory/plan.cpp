#include "styler/core/memory/plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/compute/sorted_rows.hpp"
#include "styler/core/kernels/feature_rows.hpp"
#include "styler/core/loss/style/table.hpp"
#include "styler/core/memory/network_model.hpp"
#include "styler/core/network/fast_vgg19.hpp"
#include "styler/core/picture/mirror.hpp"

namespace styler {
namespace {

constexpr int64_t kMebibyte = int64_t{1} << 20;
constexpr int64_t kGibibyte = int64_t{1} << 30;

/// Three channels in float32.
constexpr int64_t kCopy = 12;
/// Copies of the picture that a scale holds all the time: the content, what the start is made of, the picture, in the
/// optimiser's units, at its best, as last accepted, as evaluated, and two of the optimiser's own.
constexpr int64_t kLastingCopies = 9;
/// Beside an evaluation's features: the gradient of total variation and what it is made from.
constexpr int64_t kLossCopies = 3;
/// Beside the network's gradients: that of the terms on the picture itself, and the sum over tiles.
constexpr int64_t kWayBackCopies = 2;
/// In a step of L-BFGS: the new gradient, the recursion's vectors and the preconditioner's; with a rounded history the
/// pair as it is kept as well.
constexpr int64_t kStepCopies = 5;
constexpr int64_t kStepCopiesWithRounding = 6;

/// Of a thread: transformed tiles, and one of the parts that a Gram matrix is summed in.
constexpr int64_t kScratchPerThread = 15'000'000;
constexpr int64_t kGramParts = 17'000'000;
/// Where regions have no style: the picture with the content in them, and the gradient without.
constexpr int64_t kComposedCopies = 2;

/// Of the first layer, whose tensors are the largest.
constexpr int64_t kFirstChannels = 64;

/// Tiles are tried in these sizes; smaller ones than the last cost more than they save.
constexpr std::array<int64_t, 9> kEdges = {4096, 3072, 2048, 1536, 1024, 768, 512, 256, 128};

/// Pairs that a plan may go down to.
constexpr std::array<int64_t, 4> kHistories = {15, 10, 7, 5};

struct History {
  int64_t size = 0;
  bool is_rounded = false;
};

/// What giving up part of the history counts for beside an evaluation's time. Tiles leave the picture as it is, while
/// this leaves it at a higher loss after as many iterations, so it comes after tiles that cost up to so much. Loss
/// after 75 and 200 iterations against 10 pairs in float32 (256 px, one pair of pictures, our losses): 20 pairs -0.5
/// and -0.3 %, 5 pairs +1.1 and +0.1 %; 20, 10 and 5 in bfloat16 +1.6 and +1.4 %, +2.1 and +1.8 %, +4.0 and +2.8 %. So
/// for the same memory fewer pairs are better than rounded ones. With neural-style's losses rounding costs nothing.
double history_factor(const History& history, int64_t full) {
  const int64_t size = std::max<int64_t>(history.size, 1);
  const double shortness = 1 + 0.25 * std::log2(static_cast<double>(full) / static_cast<double>(size));
  return shortness * (history.is_rounded ? 1.3 : 1.0);
}

std::vector<History> history_candidates(const OptimizerOptions& options, int64_t iterations) {
  if (options.method != OptimizerMethod::Lbfgs) return {{}};
  std::vector<int64_t> sizes = {std::min(options.history_size, iterations)};
  for (const int64_t size : kHistories) {
    if (size < sizes.front()) sizes.push_back(size);
  }
  std::vector<History> result;
  for (const int64_t size : sizes) {
    if (options.history_precision != Precision::Bf16) result.push_back({size, false});
    if (options.history_precision != Precision::Fp32) result.push_back({size, true});
  }
  return result;
}

/// Whether no tensor behind these blocks has more elements than can be counted: channels double with each block, and
/// positions become a quarter.
bool is_countable(const PlannedWork& work, int blocks, const NetworkMemory& network) {
  const int64_t pixels = std::max(work.content.pixels(), work.style.pixels());
  return (kFirstChannels * pixels) >> blocks <= network.most_elements;
}

std::vector<Tiling> tiling_candidates(const PlannedWork& work, const std::vector<Layer>& taps,
                                      std::optional<int64_t> tile, const NetworkMemory& network) {
  std::vector<Tiling> result;
  const int64_t long_edge = work.content.long_edge();
  if (is_countable(work, 0, network) && (!tile || *tile == 0 || *tile >= long_edge)) {
    result.push_back({0, Tiling().edge});
  }
  if (tile == 0) return result;
  for (int blocks = 1; blocks <= blocks_in_use(taps); ++blocks) {
    if (!is_countable(work, blocks, network)) continue;
    const int64_t grid = int64_t{1} << blocks;
    const auto add = [&](int64_t edge) {
      if (edge < long_edge) result.push_back({blocks, (edge + grid - 1) / grid * grid});
    };
    if (tile) {
      add(*tile);
    } else {
      for (const int64_t edge : kEdges) add(edge);
    }
  }
  return result;
}

/// The network's part of a pass over a picture.
struct PassMemory {
  int64_t lasting = 0;   ///< Activations, and buffers that wait to be used again.
  int64_t passing = 0;   ///< At some time: gradients, copies of what a tile owns, or what comes between the stretches.
  int64_t features = 0;  ///< The largest that a loss looks at.
};

PassMemory pass_memory(Size picture, const Tiling& tiling, bool way_back, const std::vector<Layer>& taps,
                       const NetworkMemory& network) {
  const int deepest = blocks_in_use(taps);
  const StretchMemory head =
      stretch_memory({1, tiling.blocks, largest_tile(picture, tiling, taps), way_back}, taps, network);
  const StretchMemory tail = stretch_memory({tiling.blocks + 1, deepest, picture, way_back}, taps, network);
  // What the pooling between them puts out is collected whole.
  const int64_t map = stretch_memory({1, tiling.blocks, picture, false}, taps, network).output_bytes;
  // A gradient with respect to what a tile owns is put in its place among zeros.
  const int64_t of_tile = 2 * head.gradient_bytes;
  const int64_t of_whole = std::max(map, way_back ? tail.gradient_bytes : 0);
  return {head.activations_bytes + tail.activations_bytes, std::max(of_tile, of_whole),
          std::max(head.gradient_bytes, tail.gradient_bytes)};
}

/// The same where positions have weights.
PassMemory weighted(PassMemory pass, int maps, int regions, const NetworkMemory& network) {
  if (maps == 0) return pass;
  const int64_t elements = pass.features / network.element_bytes;
  const int64_t copied = network.fast ? std::min(elements, kBandElements) * (4 + network.element_bytes) : 4 * elements;
  pass.passing = std::max(pass.passing, copied);
  if (regions > 1) pass.passing += pass.features;  // a region's gradient, to be added to the others'
  return pass;
}

/// Alpha and shares over the picture, and what becomes of them in the layers.
int64_t map_bytes(Size picture, int maps, const std::vector<Layer>& taps) {
  int64_t positions = picture.pixels();
  for (const Layer& layer : taps) positions += picture.pixels() / (layer.stride() * layer.stride());
  return int64_t{4} * maps * positions;
}

/// What losses of sorted features take beside the network.
struct SortingMemory {
  int64_t lasting = 0;  ///< Gradients, until it is their turn on the way back.
  int64_t passing = 0;  ///< For one layer: its features in float32, and their gradient.
};

SortingMemory sorting_memory(Size picture, const ObjectiveOptions& options, bool way_back, int maps,
                             const NetworkMemory& network) {
  SortingMemory result;
  const StyleLossKind& loss = style_loss_kind(options.style_loss);
  if (!loss.by_whole_layers()) return result;
  const int64_t per_value = maps > 0 ? loss.bytes_per_weighted_value : loss.bytes_per_value;
  for (const WeightedLayer& entry : options.style_layers) {
    const int64_t bytes = stretch_memory({1, entry.layer.block, picture, false}, {entry.layer}, network).gradient_bytes;
    const int64_t wide = bytes / network.element_bytes * 4;
    if (way_back) result.lasting += bytes;
    const int64_t positions = picture.pixels() / (entry.layer.stride() * entry.layer.stride());
    const int64_t values = std::max(positions, network.threads * kSortedPerThread);
    result.passing = std::max(result.passing, (way_back ? 2 : 1) * wide + per_value * values);
  }
  return result;
}

/// What depends on the tiles of a scale alone.
struct TiledScale {
  PassMemory evaluation;
  int64_t style_pass = 0;
};

TiledScale tiled_scale(const PlannedWork& work, const StylizeOptions& options, const NetworkMemory& network,
                       const Tiling& tiling) {
  const std::vector<Layer> taps = options.objective.layers();
  const WeightMaps& maps = work.maps;
  const PassMemory style =
      weighted(pass_memory(work.style, tiling, /*way_back=*/false, taps, network), maps.style, 0, network);
  const SortingMemory sorting = sorting_memory(work.style, options.objective, /*way_back=*/false, maps.style, network);
  const int64_t pictures = 2 * kCopy * (work.content.pixels() + work.style.pixels()) +
                           map_bytes(work.content, maps.content, {}) + map_bytes(work.style, maps.style, taps);
  return {weighted(pass_memory(work.content, tiling, /*way_back=*/true, taps, network), maps.content, maps.regions,
                   network),
          pictures + style.lasting + std::max(style.passing, sorting.passing)};
}

int64_t predicted_bytes(const PlannedWork& work, const StylizeOptions& options, const NetworkMemory& network,
                        const TiledScale& tiled, const History& history) {
  const int64_t copy = kCopy * work.content.pixels();
  int64_t targets = 0;
  int64_t difference = 0;  // from a target, in float32
  for (const WeightedLayer& entry : options.objective.content_layers) {
    const int64_t bytes =
        stretch_memory({1, entry.layer.block, work.content, false}, {entry.layer}, network).gradient_bytes;
    targets += bytes;
    difference = std::max(difference, bytes / network.element_bytes * 4);
  }
  const int64_t pairs = history.size * (history.is_rounded ? copy : 2 * copy);
  const int64_t way_back = kWayBackCopies * copy + std::max(tiled.evaluation.passing, difference);
  const int64_t step = (history.is_rounded ? kStepCopiesWithRounding : kStepCopies) * copy;
  const int64_t maps = map_bytes(work.content, work.maps.content, options.objective.layers()) +
                       (work.maps.regions > 0 ? kComposedCopies * copy : 0);
  const SortingMemory sorting =
      sorting_memory(work.content, options.objective, /*way_back=*/true, work.maps.content, network);
  const int64_t optimising = kLastingCopies * copy + maps + targets + pairs + tiled.evaluation.lasting +
                             sorting.lasting + std::max({kLossCopies * copy, way_back, step, sorting.passing});
  return std::max(tiled.style_pass, optimising) + network.threads * kScratchPerThread + kGramParts;
}

/// Calls `use(tiling, history, bytes)` for every way to go through the scale.
template <typename Use>
void for_each_way(const PlannedRun& run, size_t scale, const Use& use) {
  const PlannedWork& work = run.scales.at(scale);
  const StylizeOptions& options = run.options;
  for (const Tiling& tiling : tiling_candidates(work, options.objective.layers(), options.tile(), run.network)) {
    const TiledScale tiled = tiled_scale(work, options, run.network, tiling);
    for (const History& history : history_candidates(options.optimizer, work.iterations)) {
      use(tiling, history, run.budget.fixed_bytes + predicted_bytes(work, options, run.network, tiled, history));
    }
  }
}

/// The largest long edge of the result for which all scales fit; 0 when none does.
int64_t largest_size(const PlannedRun& run) {
  const auto fits = [&](int64_t size) {
    StylizeOptions options = run.options;
    options.schedule.size = size;
    try {
      const PlannedRun smaller(run.content, run.styles, options, run.min_edge, run.network, run.budget, run.maps);
      for (size_t scale = 0; scale < smaller.scales.size(); ++scale) {
        if (!plan_scale(smaller, scale, run.budget.limit_bytes)) return false;
      }
    } catch (const Error&) {  // too small for the network
      return false;
    }
    return true;
  };
  int64_t low = run.min_edge;
  int64_t high = run.options.schedule.size == 0 ? run.content.long_edge() : run.options.schedule.size;
  if (!fits(low)) return 0;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

/// As --memory-limit takes it, with a little to spare: what is in use before the first scale is not the same every
/// time.
std::string limit_text(int64_t bytes) {
  const int64_t mebibytes = (bytes + bytes / 20 + kMebibyte - 1) / kMebibyte;
  if (mebibytes < 10240) return std::to_string(mebibytes) + "M";
  return std::to_string((mebibytes + 1023) / 1024) + "G";
}

}  // namespace

NetworkMemory network_memory(const ComputeDevice& device, int threads) {
  NetworkMemory network{static_cast<int>(c10::elementSize(device.network_dtype)), fast_vgg19_kernels(device) != nullptr,
                        threads};
  if (!device.device.is_cpu()) network.most_elements = std::numeric_limits<int32_t>::max();
  return network;
}

PlannedRun::PlannedRun(Size own_size, std::vector<StyleExtent> extents, const StylizeOptions& stylize, int64_t shortest,
                       const NetworkMemory& network_memory, const MemoryBudget& memory_budget,
                       const WeightMaps& weight_maps)
    : content(own_size),
      styles(std::move(extents)),
      options(stylize),
      min_edge(shortest),
      network(network_memory),
      budget(memory_budget),
      maps(weight_maps),
      schedule(make_schedule(content, options.schedule, min_edge)) {
  const int64_t margins = options.schedule.tileable ? 2 * halo_for(options.objective.layers()) : 0;  // see stylize()
  WeightMaps seen_maps = maps;
  if (margins > 0) seen_maps.style = std::max(seen_maps.style, 1);  // they are hidden by an alpha
  for (const Scale& scale : schedule) {
    Size largest;
    for (const Size style : style_sizes(styles, scale.size, options.style_scale, min_edge)) {
      const Size wide = enlarged_to(style, min_edge);
      const Size seen{wide.height + margins, wide.width + margins};
      if (seen.pixels() > largest.pixels()) largest = seen;
    }
    scales.push_back({enlarged_to(scale.size, min_edge), largest, scale.iterations, seen_maps});
  }
}

std::optional<MemoryPlan> plan_scale(const PlannedRun& run, size_t scale, int64_t limit_bytes) {
  const PlannedWork& work = run.scales.at(scale);
  const std::vector<Layer> taps = run.options.objective.layers();
  const int64_t full = std::min(run.options.optimizer.history_size, work.iterations);
  std::optional<MemoryPlan> best;
  double best_time = std::numeric_limits<double>::infinity();
  for_each_way(run, scale, [&](const Tiling& tiling, const History& history, int64_t bytes) {
    if (bytes > limit_bytes) return;
    const double factor = evaluation_factor(work.content, tiling, taps);
    const double time = factor * (history.size > 0 ? history_factor(history, full) : 1.0);
    if (time > best_time || (time == best_time && best && bytes >= best->predicted_bytes)) return;
    best_time = time;
    best = {tiling, history.size, history.is_rounded ? Precision::Bf16 : Precision::Fp32, bytes, factor};
  });
  return best;
}

std::optional<MemoryPlan> plan_tiles(const PlannedRun& run, size_t scale, int64_t limit_bytes, const MemoryPlan& plan) {
  const PlannedWork& work = run.scales.at(scale);
  const std::vector<Layer> taps = run.options.objective.layers();
  std::optional<MemoryPlan> best;
  // An edge that was asked for gives way; tiles that were forbidden stay so.
  const std::optional<int64_t> tile = run.options.tile() == 0 ? run.options.tile() : std::nullopt;
  for (const Tiling& tiling : tiling_candidates(work, taps, tile, run.network)) {
    MemoryPlan tiled = plan;
    tiled.tiling = tiling;
    tiled.predicted_bytes = predicted_memory(run, scale, tiled);
    tiled.evaluation_factor = evaluation_factor(work.content, tiling, taps);
    if (tiled.predicted_bytes > limit_bytes) continue;
    if (best && tiled.evaluation_factor >= best->evaluation_factor) continue;
    best = tiled;
  }
  return best;
}

int64_t predicted_memory(const PlannedRun& run, size_t scale, const MemoryPlan& plan) {
  const PlannedWork& work = run.scales.at(scale);
  return run.budget.fixed_bytes + predicted_bytes(work, run.options, run.network,
                                                  tiled_scale(work, run.options, run.network, plan.tiling),
                                                  {plan.history_size, plan.history_precision == Precision::Bf16});
}

int64_t least_memory(const PlannedRun& run, size_t scale) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for_each_way(run, scale, [&](const Tiling&, const History&, int64_t bytes) { least = std::min(least, bytes); });
  return least;
}

std::vector<MemoryPlan> plan_run(const PlannedRun& run) {
  std::vector<MemoryPlan> plans;
  for (size_t scale = 0; scale < run.scales.size(); ++scale) {
    if (std::optional<MemoryPlan> plan = plan_scale(run, scale, run.budget.limit_bytes)) {
      plans.push_back(*plan);
      continue;
    }
    int64_t needed = 0;
    for (size_t each = 0; each < run.scales.size(); ++each) needed = std::max(needed, least_memory(run, each));
    const int64_t size = largest_size(run);
    // A photo keeps its shape when its long edge is named; a texture has no other than what is named.
    const bool is_texture = run.options.objective.content_layers.empty();
    const std::string smaller =
        "use --size " + (is_texture ? size_text(scaled_to_long_edge(run.content, size)) : std::to_string(size)) +
        " or less, or ";
    const std::string finest = size_text(run.scales.back().content);
    std::string sentence = "a picture of " + finest;
    if (needed == std::numeric_limits<int64_t>::max()) {  // no way to go through it at all
      sentence += " px has more values than a GPU's libraries can count, and may not be in tiles here; ";
      sentence.append(smaller).append("--device cpu");
    } else {
      sentence.append(" px needs at least ").append(bytes_text(needed)).append(" of memory here, but no more than ");
      sentence.append(bytes_text(run.budget.limit_bytes)).append(" may be used; ");
      if (size > 0) sentence += smaller;
      sentence.append("allow --memory-limit ").append(limit_text(needed)).append(" where there is so much");
    }
    throw Error(ErrorCode::Memory, sentence);
  }
  return plans;
}

std::string tiling_text(const MemoryPlan& plan) {
  const Tiling& tiling = plan.tiling;
  if (tiling.blocks == 0) return "none";
  return std::to_string(tiling.edge) + " px, " + std::to_string(tiling.blocks) +
         (tiling.blocks == 1 ? " block" : " blocks");
}

std::string history_text(const MemoryPlan& plan) {
  if (plan.history_size == 0) return "none";
  return std::to_string(plan.history_size) + " in " + std::string(kPrecisions.word(plan.history_precision));
}

std::string bytes_text(int64_t bytes) {
  std::array<char, 32> buffer{};
  const bool large = bytes >= kGibibyte;
  const double value = static_cast<double>(bytes) / static_cast<double>(large ? kGibibyte : kMebibyte);
  std::snprintf(buffer.data(), buffer.size(), large ? "%.2f GiB" : "%.0f MiB", value);
  return buffer.data();
}

}  // namespace styler
