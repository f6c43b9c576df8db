#include "styler/core/stylize/plans.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace styler {
namespace {

/// What plans of a run that began elsewhere take here: as much as there, unless that was on another device or with
/// other kernels. A run that goes on where it was keeps its plans to the byte.
void weigh_anew(std::vector<MemoryPlan>& plans, const PlannedRun& run) {
  for (size_t i = 0; i < plans.size(); ++i) {
    const int64_t here = predicted_memory(run, i, plans[i]);
    if (std::abs(here - plans[i].predicted_bytes) > plans[i].predicted_bytes / 10) plans[i].predicted_bytes = here;
  }
}

}  // namespace

std::vector<StyleExtent> style_extents(const StylizeInput& input) {
  std::vector<StyleExtent> extents;
  extents.reserve(input.styles.size());
  for (const StyleSource& style : input.styles) {
    extents.push_back({own_size(style.picture), style.scale, style.name});
  }
  return extents;
}

WeightMaps weight_maps(const StylizeInput& input) {
  WeightMaps maps;
  maps.regions = static_cast<int>(input.regions.size());
  maps.content = maps.regions + (input.content.alpha.defined() ? 1 : 0);
  for (const StyleSource& style : input.styles) {
    maps.style = std::max(maps.style, (style.picture.alpha.defined() ? 1 : 0) + (style.region_share.defined() ? 1 : 0));
  }
  return maps;
}

std::vector<MemoryPlan> new_plans(const PlannedRun& run, Observer& observer) {
  std::vector<MemoryPlan> plans = plan_run(run);
  const OptimizerOptions& asked = run.options.optimizer;
  // The finest scale is the one that has least; one warning will do.
  for (size_t i = plans.size(); i-- > 0 && asked.method == OptimizerMethod::Lbfgs;) {
    const MemoryPlan& plan = plans[i];
    const bool is_shorter = plan.history_size < std::min(asked.history_size, run.scales[i].iterations);
    if (!is_shorter && (plan.history_precision == Precision::Fp32 || asked.history_precision == Precision::Bf16))
      continue;
    observer.on_warning("for want of memory L-BFGS remembers no more than " + history_text(plan) +
                        " at the largest size, which leaves a slightly different picture; allow more with "
                        "--memory-limit or use a smaller --size");
    break;
  }
  return plans;
}

std::vector<MemoryPlan> plans_to_go_on(const PlannedRun& run, RunState& state, Observer& observer) {
  std::vector<MemoryPlan> plans = state.plans;
  weigh_anew(plans, run);
  const size_t current = state.done.size();
  const auto too_large = [&](const MemoryPlan& plan) { return plan.predicted_bytes > run.budget.limit_bytes; };
  if (std::none_of(plans.begin() + static_cast<int64_t>(current), plans.end(), too_large)) return plans;

  const std::vector<MemoryPlan> smaller = plan_run(run);
  std::string history;
  if (too_large(plans[current])) {
    if (std::optional<MemoryPlan> tiled = plan_tiles(run, current, run.budget.limit_bytes, plans[current])) {
      plans[current] = *tiled;
    } else {
      plans[current] = smaller[current];
      // Without what the optimiser remembers there is no step to take back: it begins from where the last one did.
      state.optimizer.clear();
      state.minimizer.x = state.minimizer.accepted;
      history = "; what the optimiser remembered begins anew";
    }
  }
  for (size_t i = current + 1; i < plans.size(); ++i) {
    if (too_large(plans[i])) plans[i] = smaller[i];
  }
  observer.on_warning(
      "the run goes on with less memory than it began with, so the picture may differ from that of a run that was "
      "never stopped" +
      history);
  return plans;
}

}  // namespace styler
