#include "styler/core/stylize/checks.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/core/memory/network_model.hpp"
#include "styler/core/optimizer/state_entries.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

/// Per cent of the loss that saving may cost before the user is told.
constexpr double kWorthAWarning = 1.0;

bool is_left_by_a_run(const Summary& summary) {
  return summary.iterations >= 0 && summary.steps_back >= 0 && summary.steps_back <= summary.iterations &&
         std::isfinite(summary.initial_loss) && std::isfinite(summary.final_loss) && std::isfinite(summary.last_loss) &&
         std::isfinite(summary.elapsed_seconds) && summary.elapsed_seconds >= 0;
}

/// The next iterate may be anything: it is looked at before it counts.
bool is_left_by_a_run(const MinimizerState& state) {
  return is_left_by_a_run(state.summary) && std::isfinite(state.accepted_loss) &&
         std::ranges::all_of(state.recent_losses, [](double loss) { return std::isfinite(loss); }) &&
         state.steps_back_in_a_row >= 0 && state.steps_back_in_a_row <= state.summary.iterations &&
         is_all_finite(state.best) && is_all_finite(state.accepted);
}

/// Whether tiles and history are such as plans for the run can have.
bool is_plan_for(const MemoryPlan& plan, const PlannedRun& run) {
  constexpr int64_t kMostEdge = 1'000'000;
  const bool has_tiles = plan.tiling.blocks > 0;
  const bool may_have_tiles = !run.options.schedule.tileable && !needs_whole_layers(run.options.objective.style_loss);
  const bool has_history = run.options.optimizer.method == OptimizerMethod::Lbfgs;
  return plan.tiling.blocks >= 0 && plan.tiling.blocks <= blocks_in_use(run.options.objective.layers()) &&
         (may_have_tiles || !has_tiles) && plan.tiling.edge >= kSmallestTile && plan.tiling.edge <= kMostEdge &&
         plan.history_size >= (has_history ? 1 : 0) && plan.history_size <= (has_history ? kLongestHistory : 0) &&
         plan.predicted_bytes >= 0 && std::isfinite(plan.evaluation_factor) && plan.evaluation_factor >= 0;
}

}  // namespace

void check_picture(const Picture& picture) {
  const at::Tensor& colour = picture.colour;
  STYLER_ASSERT(colour.dim() == 4 && colour.size(0) == 1 && colour.size(1) == 3);
  STYLER_ASSERT(colour.scalar_type() == at::kFloat);
  if (!picture.alpha.defined()) return;
  STYLER_ASSERT(picture.alpha.dim() == 4 && picture.alpha.size(1) == 1);
  STYLER_ASSERT(picture_size(picture.alpha) == picture_size(colour));
}

void check_styles(const std::vector<StyleSource>& styles) {
  STYLER_ASSERT(!styles.empty());
  double shares = 0;
  for (const StyleSource& style : styles) {
    check_picture(style.picture);
    check_not_negative("the share of a style", style.weight);
    check_positive("the scale of a style", style.scale);
    shares += style.weight;
  }
  if (shares > 0) return;
  throw Error(ErrorCode::InvalidArgument, "the shares of all styles are 0 but one must be above; leave them out");
}

void check_visible(const std::string& which, const at::Tensor& alpha) {
  if (!alpha.defined() || alpha.sum(at::kDouble).item<double>() > 0) return;
  throw Error(ErrorCode::Input, "the " + which +
                                    " is transparent everywhere, or too little of it is visible at the size "
                                    "asked for; use one with something opaque in it");
}

void check_fits(const RunState& state, const PlannedRun& run) {
  const std::vector<Scale>& schedule = run.schedule;
  bool fits = state.done.size() < schedule.size() && state.plans.size() == schedule.size();
  for (size_t i = 0; fits && i < state.done.size(); ++i) fits = state.done[i].scale == schedule[i];
  const MinimizerState& minimizer = state.minimizer;
  if (fits) {
    const Scale& scale = schedule[state.done.size()];
    const Size size = enlarged_to(scale.size, run.min_edge);
    fits = minimizer.summary.iterations >= 0 && minimizer.summary.iterations < scale.iterations;
    for (const at::Tensor* picture : {&minimizer.x, &minimizer.best, &minimizer.accepted}) {
      fits = fits && picture->defined() && picture->scalar_type() == at::kFloat &&
             picture->sizes() == at::IntArrayRef{1, 3, size.height, size.width};
    }
  }
  if (!fits) {
    throw Error(ErrorCode::Input,
                "the state to go on from is of a run with other sizes or iterations; use the same pictures and "
                "options, or begin anew");
  }
  bool is_possible = is_left_by_a_run(minimizer);
  for (const ScaleResult& scale : state.done) is_possible = is_possible && is_left_by_a_run(scale.summary);
  for (const MemoryPlan& plan : state.plans) is_possible = is_possible && is_plan_for(plan, run);
  if (is_possible) return;
  throw Error(ErrorCode::Input,
              "the state to go on from holds numbers that no run leaves; take another checkpoint, or begin anew");
}

void check_has_moved(const MinimizerState& ended, bool is_first, Observer& observer) {
  const Summary& summary = ended.summary;
  // The start, the steps that were taken back for a shorter one, and the last.
  const bool has_moved = summary.iterations != 1 + summary.steps_back + 1;
  if (summary.termination != Termination::NoProgress || has_moved) return;
  if (!ended.met_infinity) {
    if (!is_first) return;
    return observer.on_warning(
        "every step from the start, however short, leads to a larger loss, so the first size leaves the picture as it "
        "was; lower --learning-rate or the weights of the losses");
  }
  const std::string what = "the loss is not a finite number after the first step, ";
  const std::string remedy =
      "; lower --learning-rate or the weights of the losses, use --precision fp32, or check the network with `styler "
      "weights verify`";
  if (is_first) throw Error(ErrorCode::Input, what + "however short" + remedy);
  observer.on_warning(what + "so the picture stays as the size before left it" + remedy);
}

void warn_of_loss_in_saving(const StylizeResult& result, const ObjectiveOptions& objective, Observer& observer) {
  const double iterate = result.scales.back().summary.final_loss;
  if (iterate == 0) return;             // the photo itself, at strength 0: what rounding costs is no part of anything
  if (objective.opacity() < 1) return;  // what is saved was never meant to be the iterate
  const double lost = 100 * (result.saved_loss.total / iterate - 1);
  if (!(lost > kWorthAWarning)) return;
  observer.on_warning("clamping the picture to the range of a file raised its loss by " +
                      number_text(std::round(10 * lost) / 10) + " %; use a larger --range-weight or more --iterations");
}

}  // namespace styler
