#include "styler/core/stylize/stylizer.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/colour/modes.hpp"
#include "styler/core/memory/guard.hpp"
#include "styler/core/optimizer/pyramid_preconditioner.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/checks.hpp"
#include "styler/core/stylize/pictures.hpp"
#include "styler/core/stylize/plans.hpp"
#include "styler/core/stylize/regions.hpp"

namespace styler {
namespace {

/// The optimiser's variables are pixels in 0–255 units, like those of every tool of the field, so that the usual first
/// step (L1 length 1) and Adam's usual learning rates mean the same here.
constexpr double kWhite = 255.0;

/// Mean change of a pixel value in L-BFGS' first step at each scale, in 0–255 units: see first_step_length.
constexpr double kFirstStepPerValue = 0.1;

constexpr const char* kNothingLess = "memory ran out, and no plan takes less: the best picture so far is what is left";

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// One run: what the scales share.
class Run {
 public:
  Run(const FeatureExtractor& network, const ComputeDevice& device, const StylizeInput& input,
      const StylizeOptions& options, Observer& observer, const MemoryBudget& budget, std::optional<RunState> from)
      : network_(network),
        input_(input),
        options_(options),
        colours_(options.colour, input.content, input.painting_colours()),
        regions_(input),
        pictures_(input, options, colours_, network.min_edge(), device.device),
        observer_(observer),
        run_(original_size(input), style_extents(input), options, network.min_edge(),
             network_memory(device, at::get_num_threads()), budget, weight_maps(input)),
        start_(Clock::now()),
        from_(std::move(from)),
        guard_(network, run_, [&observer](const std::string& sentence) { observer.on_warning(sentence); }, plans()) {}

  StylizeResult operator()();

 private:
  StyleTargets style_targets(const StyleSource& style, Size size);
  /// The scales' plans to begin with, or to go on with.
  std::vector<MemoryPlan> plans();
  ScaleEvent event_of(size_t index) const;
  /// One scale, from the picture of the coarser one to its own; adds to `result` what there is to tell of it.
  void paint_scale(const ScaleEvent& event, StylizeResult& result);
  /// The start of the scale, from the picture of the coarser one where there is one.
  void begin_picture(const at::Tensor& content, Size size);
  void end_scale(const ScaleEvent& event, const Summary& summary, StylizeResult& result);
  void weigh_saved_picture(Objective& objective, StylizeResult& result);
  /// Enlarges the picture of a run that ended before its finest scale.
  void enlarge_to_finest();
  /// The picture as the user sees it, on the CPU.
  at::Tensor finished_picture();
  /// Optimises `picture_`, which is narrower than the objective's content where that was continued. When there is
  /// `from_`, goes on from that instead, and only puts its result into `picture_`: whatever it throws, too, unless that
  /// is no picture yet.
  Summary run_scale(const ScaleEvent& event, Objective& objective, const std::vector<ScaleResult>& done);
  /// Goes from `state` to the scale's end, with less where memory runs out.
  void minimize_scale(const ScaleEvent& event, Objective& objective, const std::vector<ScaleResult>& done,
                      MinimizerState& state, std::unique_ptr<Optimizer> optimizer, OptimizerOptions options);
  /// As the plan in force says.
  OptimizerOptions optimizer_options(const ScaleEvent& event, int64_t iterations_done) const;
  std::unique_ptr<Optimizer> make_planned_optimizer(const OptimizerOptions& options) const;
  /// Where run_scale begins.
  MinimizerState beginning(Size size, Optimizer& optimizer);
  double time_limit_for(const ScaleEvent& event, int64_t iterations_done) const;

  const FeatureExtractor& network_;
  const StylizeInput& input_;
  const StylizeOptions& options_;
  RunColours colours_;
  RunRegions regions_;
  RunPictures pictures_;
  Observer& observer_;
  PlannedRun run_;
  Clock::time_point start_;
  std::optional<RunState> from_;  ///< None any more once the scale in work goes on.
  MemoryGuard guard_;
  at::Tensor picture_;  ///< The last scale's result, or the start of the one in work; undefined before there is any.
  double white_ = 1;    ///< In `picture_`.
  bool is_painted_ = false;  ///< Whether it is more than the first scale's start.
  at::Tensor base_;          ///< What the start of that scale was made of: see RunPictures::base().
};

std::vector<MemoryPlan> Run::plans() {
  if (!from_) return new_plans(run_, observer_);
  check_fits(*from_, run_);
  return plans_to_go_on(run_, *from_, observer_);
}

StyleTargets Run::style_targets(const StyleSource& style, Size size) {
  const bool of_this_content = colours_.changes_style() && !input_.colours_from.colour.defined();
  StyleTargetCache* cache = of_this_content ? nullptr : input_.style_cache;
  const StyleTargets* kept = cache != nullptr ? cache->find(style.cache_key, size) : nullptr;
  if (kept != nullptr) return *kept;
  const std::string which = style.name.empty() ? "style picture" : "style picture '" + style.name + "'";
  Picture picture = pictures_.for_network(which, style.picture, size);
  picture.colour = colours_.style(picture.colour, style.picture, style.region_share, regions_.share_of_content(style));
  const at::Tensor share = regions_.share_of_style(style, size, picture_size(picture.colour), pictures_.device());
  if (options_.schedule.tileable) picture = with_hidden_margin(picture, halo_for(network_.layers()));
  StyleTargets targets = guard_.with_tiles(
      [&](Tiling tiling) { return compute_style_targets(network_, options_.objective, picture, tiling, share); });
  if (cache != nullptr) cache->keep(style.cache_key, size, targets);
  network_.release_memory();  // what was kept for a picture of the painting's shape
  return targets;
}

double Run::time_limit_for(const ScaleEvent& event, int64_t iterations_done) const {
  const double limit = options_.optimizer.time_limit_seconds;
  if (limit <= 0) return 0;
  const double seconds_left = std::max(limit - seconds_since(start_), 1e-3);
  return seconds_left * share_of_time_left(run_.schedule, static_cast<size_t>(event.index), iterations_done);
}

MinimizerState Run::beginning(Size size, Optimizer& optimizer) {
  if (!from_) {
    return MinimizerState(mirrored_to(picture_ * kWhite, enlarged_to(size, network_.min_edge())).contiguous());
  }
  MinimizerState state = std::move(from_->minimizer);
  for (at::Tensor* tensor : {&state.x, &state.best, &state.accepted}) {
    // Copied even on the same device: what a caller gives, a file in memory say, may not be written to.
    *tensor = tensor->to(pictures_.device(), at::kFloat, /*non_blocking=*/false, /*copy=*/true).contiguous();
  }
  if (!from_->optimizer.empty()) optimizer.restore(from_->optimizer, state.x);
  from_.reset();
  return state;
}

OptimizerOptions Run::optimizer_options(const ScaleEvent& event, int64_t iterations_done) const {
  const Size size = event.scale.size;
  OptimizerOptions options = options_.optimizer;
  options.time_limit_seconds = time_limit_for(event, iterations_done);
  options.first_step_length = kFirstStepPerValue * static_cast<double>(3 * size.height * size.width);
  if (options.method == OptimizerMethod::Lbfgs) {
    options.history_size = guard_.plan().history_size;
    options.history_precision = guard_.plan().history_precision;
  }
  return options;
}

std::unique_ptr<Optimizer> Run::make_planned_optimizer(const OptimizerOptions& options) const {
  if (options.preconditioner != Preconditioning::Pyramid) return make_optimizer(options);
  return make_optimizer(options,
                        [wraps = options_.schedule.tileable](const at::Tensor& x) { return pyramid_sum(x, wraps); });
}

Summary Run::run_scale(const ScaleEvent& event, Objective& objective, const std::vector<ScaleResult>& done) {
  OptimizerOptions options = optimizer_options(event, event.iterations_done);
  std::unique_ptr<Optimizer> optimizer = make_planned_optimizer(options);
  const Size size = event.scale.size;
  MinimizerState state = beginning(size, *optimizer);
  picture_.reset();  // as large as each of the optimiser's own
  try {
    minimize_scale(event, objective, done, state, std::move(optimizer), options);
    check_has_moved(state, done.empty(), observer_);
    picture_ = middle_of(state.best.div_(kWhite), size);
  } catch (...) {
    if (done.empty() && state.summary.iterations == 0) throw;
    picture_ = middle_of(state.best, size);  // which takes no memory: there may be none
    white_ = kWhite;
    is_painted_ = true;
    throw;
  }
  is_painted_ = true;
  if (state.summary.termination == Termination::OutOfMemory) return state.summary;
  try {
    picture_ = middle_of(regions_.composed(state.best), size);
  } catch (const std::exception& error) {  // which costs nothing: the result is composed again
    if (!is_out_of_memory(error)) throw;
  }
  return state.summary;
}

void Run::minimize_scale(const ScaleEvent& event, Objective& objective, const std::vector<ScaleResult>& done,
                         MinimizerState& state, std::unique_ptr<Optimizer> optimizer, OptimizerOptions options) {
  const Size size = event.scale.size;
  const Clock::time_point start = Clock::now();
  LossBreakdown loss;
  const auto function = [&](const at::Tensor& x) {
    Objective::Evaluation evaluation = guard_.with_tiles([&](Tiling tiling) {
      objective.set_tiling(tiling);
      return objective.evaluate(regions_.composed(x / kWhite));
    });
    loss = evaluation.loss;
    return LossAndGradient{loss.total, regions_.followed(colours_.followed(evaluation.gradient.div_(kWhite)))};
  };
  const auto run_state = [&] { return RunState{done, guard_.plans(), state, optimizer->state()}; };
  const auto callback = [&](int64_t iteration, double /*loss*/, const at::Tensor& x) {
    const auto finished = [&] {
      return regions_.finished(colours_.finished(pictures_.over_content(middle_of(x / kWhite, size))));
    };
    const IterationEvent iteration_event{iteration, loss, finished, seconds_since(start), run_state};
    return observer_.on_iteration(iteration_event) == Control::Continue;
  };
  while (true) {
    try {
      minimize(function, state, event.scale.iterations, options, *optimizer, callback);
      return;
    } catch (const std::exception& error) {
      optimizer.reset();
      if (!is_out_of_memory(error)) throw;
      if (!guard_.shrink_history()) {
        if (done.empty() && state.summary.iterations == 0) throw;
        observer_.on_warning(kNothingLess);
        state.summary.termination = Termination::OutOfMemory;
        return;
      }
    }
    // A step that was not finished leaves no optimiser to go on with, and perhaps not the iterate that it began with.
    options = optimizer_options(event, state.summary.iterations);
    optimizer = make_planned_optimizer(options);
    state.x.copy_(state.accepted);
  }
}

ScaleEvent Run::event_of(size_t index) const {
  const Scale& scale = run_.schedule[index];
  return {static_cast<int64_t>(index),
          static_cast<int64_t>(run_.schedule.size()),
          scale,
          style_sizes(style_extents(input_), scale.size, options_.style_scale, network_.min_edge()),
          guard_.plan(),
          from_ ? from_->minimizer.summary.iterations : 0,
          too_small_regions(input_, options_, scale.size, network_.min_edge())};
}

void Run::begin_picture(const at::Tensor& content, Size size) {
  const at::Tensor base = pictures_.base(middle_of(content, size));
  if (from_) {
    // run_scale() goes on where it was.
  } else if (picture_.defined()) {
    picture_ = pictures_.carried_up(picture_, base_, base, size);
  } else {
    picture_ = pictures_.start(base, size);
  }
  base_ = base;
}

void Run::end_scale(const ScaleEvent& event, const Summary& summary, StylizeResult& result) {
  result.scales.push_back({event.scale, summary});
  result.stopped = summary.termination == Termination::StoppedByUser || summary.termination == Termination::OutOfMemory;
  observer_.on_scale_end(event, summary);
}

void Run::weigh_saved_picture(Objective& objective, StylizeResult& result) {
  try {
    picture_.clamp_(0, 1);
    const at::Tensor saved = mirrored_to((pictures_.over_content(picture_) * kWhite).round_().div_(kWhite),
                                         enlarged_to(picture_size(picture_), network_.min_edge()));
    result.saved_loss = guard_.with_tiles([&](Tiling tiling) {
      objective.set_tiling(tiling);
      return objective.loss(saved);
    });
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    observer_.on_warning("memory ran out when the loss of the finished picture was computed; only that is missing");
    return;
  }
  warn_of_loss_in_saving(result, options_.objective, observer_);
}

void Run::paint_scale(const ScaleEvent& event, StylizeResult& result) {
  const Size size = event.scale.size;
  const Picture content = pictures_.content(size);
  begin_picture(content.colour, size);
  regions_.begin_scale(content, size);
  const bool is_finest = event.index + 1 == event.count;
  ObjectiveOptions objective_options = options_.objective;
  objective_options.style_weight *= event.scale.style_factor;
  std::vector<StylePart> styles;
  styles.reserve(input_.styles.size());
  for (size_t i = 0; i < input_.styles.size(); ++i) {
    const StyleSource& style = input_.styles[i];
    styles.push_back({style_targets(style, event.style_sizes[i]), style.weight, style.region});
  }
  const auto objective = guard_.with_tiles([&](Tiling tiling) {
    return std::make_unique<Objective>(network_, objective_options, content, styles, tiling, regions_.shares());
  });
  if (input_.near.defined()) objective->hold_near(pictures_.near(size), input_.near_weight);
  const Summary summary = run_scale(event, *objective, result.scales);
  end_scale(event, summary, result);
  if (is_finest && summary.termination != Termination::OutOfMemory) weigh_saved_picture(*objective, result);
}

void Run::enlarge_to_finest() {
  const Size finest = run_.schedule.back().size;
  if (picture_size(picture_) == finest) return;
  const at::Tensor base = pictures_.base(middle_of(pictures_.content(finest).colour, finest));
  picture_ = pictures_.carried_up(picture_, base_, base, finest);
}

at::Tensor Run::finished_picture() {
  const auto finish = [&] {
    if (white_ != 1) picture_ = picture_ / white_;
    white_ = 1;
    enlarge_to_finest();
    const at::Tensor shown = pictures_.over_content(picture_.clamp_(0, 1));
    return regions_.finished(colours_.finished(shown)).to(at::kCPU).contiguous();
  };
  network_.release_memory();
  try {
    return finish();
  } catch (const std::exception& error) {
    if (pictures_.device().is_cpu() || !is_out_of_memory(error)) throw;
  }
  pictures_.move_to(at::kCPU);
  picture_ = picture_.cpu();
  if (base_.defined()) base_ = base_.cpu();
  return finish();
}

StylizeResult Run::operator()() {
  StylizeResult result;
  if (from_) result.scales = from_->done;
  for (size_t i = result.scales.size(); i < run_.schedule.size() && !result.stopped; ++i) {
    guard_.begin_scale(i);
    const ScaleEvent event = event_of(i);
    observer_.on_scale(event);
    try {
      paint_scale(event, result);
    } catch (const std::exception& error) {
      if (!is_painted_ || !is_out_of_memory(error)) throw;
      observer_.on_warning(kNothingLess);
      Summary not_begun;
      not_begun.termination = Termination::OutOfMemory;
      end_scale(event, not_begun, result);
    }
  }
  result.picture.colour = finished_picture();
  if (input_.content.alpha.defined()) {
    result.picture.alpha =
        resized(input_.content.alpha, run_.schedule.back().size).clamp(0, 1).to(at::kCPU).contiguous();
  }
  return result;
}

}  // namespace

Size original_size(const StylizeInput& input) {
  return input.content.colour.defined() ? own_size(input.content) : input.texture;
}

StylizeResult stylize(const FeatureExtractor& network, const ComputeDevice& device, const StylizeInput& input,
                      const StylizeOptions& options, Observer& observer, const MemoryBudget& budget,
                      std::optional<RunState> from) {
  options.validate();
  const bool has_content = input.content.colour.defined();
  STYLER_ASSERT(has_content || (input.init != Init::Content && input.texture.short_edge() >= 1));
  STYLER_ASSERT(options.schedule.tileable == (network.padding() == Padding::Circular));
  STYLER_ASSERT(!options.schedule.tileable || input.regions.empty());
  if (has_content) {
    check_picture(input.content);
  } else if (options.colour != ColourMode::Style) {
    throw Error(ErrorCode::InvalidArgument, "color is " + std::string(kColourModes.word(options.colour)) +
                                                ", but a texture has no photo to take colours from; use style");
  }
  check_styles(input.styles);
  check_region_styles(input);
  check_regions(input, options, network.min_edge());
  if (input.init == Init::Picture) check_picture(input.init_picture);
  if (input.near.defined()) check_picture({input.near.colour, input.near.weight});
  StylizeOptions own = options;
  if (!has_content) {
    own.objective.content_layers.clear();
    own.schedule.coarse_style = 1;
  }
  const at::NoGradGuard no_grad;
  try {
    return Run(network, device, input, own, observer, budget, std::move(from))();
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    throw out_of_memory();
  }
}

}  // namespace styler
