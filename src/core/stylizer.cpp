#include "styler/stylizer.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "core/memory_guard.hpp"
#include "core/mirror.hpp"
#include "core/pyramid.hpp"
#include "core/run_plans.hpp"
#include "options/range_check.hpp"
#include "styler/error.hpp"
#include "styler/resample.hpp"

namespace styler {
namespace {

/// The optimiser's variables are pixels in 0–255 units, like those of every tool of the field, so that the usual first
/// step (L1 length 1) and Adam's usual learning rates mean the same here.
constexpr double kWhite = 255.0;

/// Standard deviation of the noise around mid-grey that `Init::Noise` starts from, in [0, 1] units. Strong enough for
/// every layer to see texture, weak enough to stay in range.
constexpr double kNoise = 0.15;

/// Mean change of a pixel value in L-BFGS' first step at each scale, in 0–255 units: see first_step_length.
constexpr double kFirstStepPerValue = 0.1;

/// Per cent of the loss that saving may cost before the user is told.
constexpr double kWorthAWarning = 1.0;

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

at::Tensor noise(Size size, uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  return at::randn({1, 3, size.height, size.width}, generator, at::TensorOptions().dtype(at::kFloat))
      .mul_(kNoise)
      .add_(0.5);
}

void check_picture(const Picture& picture) {
  const at::Tensor& colour = picture.colour;
  STYLER_ASSERT(colour.dim() == 4 && colour.size(0) == 1 && colour.size(1) == 3);
  STYLER_ASSERT(colour.scalar_type() == at::kFloat);
  if (!picture.alpha.defined()) return;
  STYLER_ASSERT(picture.alpha.dim() == 4 && picture.alpha.size(1) == 1);
  STYLER_ASSERT(picture_size(picture.alpha) == picture_size(colour));
}

void check_visible(const char* which, const at::Tensor& alpha) {
  if (!alpha.defined() || alpha.sum(at::kDouble).item<double>() > 0) return;
  throw Error(ErrorCode::Input, std::string("the ") + which +
                                    " picture is transparent everywhere, or too little of it is visible at the size "
                                    "asked for; use one with something opaque in it");
}

/// One run: what the scales share.
class Run {
 public:
  Run(const FeatureExtractor& network, const ComputeDevice& device, const StylizeInput& input,
      const StylizeOptions& options, Observer& observer, const MemoryBudget& budget, std::optional<RunState> from)
      : network_(network),
        device_(device.device),
        input_(input),
        options_(options),
        observer_(observer),
        schedule_(make_schedule(original_size(input), options.schedule, network.min_edge())),
        start_(Clock::now()),
        from_(std::move(from)),
        memory_(network_memory(device, at::get_num_threads())),
        guard_(network, memory_, budget.fixed_bytes, options, observer) {
    if (from_) check_fits(*from_);
    const PlannedRun run = {
        original_size(input), picture_size(input.style.colour), options, network.min_edge(), memory_, budget};
    plans_ = from_ ? plans_to_go_on(run, *from_, observer) : new_plans(run, observer);
  }

  StylizeResult operator()();

 private:
  at::Tensor on_device(const at::Tensor& picture, Size size) const {
    return resized(picture.to(device_), size).clamp(0, 1);
  }
  /// A picture as the network can take it: of this size, and continued by its mirror image if that is too narrow.
  Picture for_network(const char* which, const Picture& picture, Size size) const;
  /// What the objective is for: without content, flat grey of the texture's size.
  Picture content_of(Size size) const;
  StyleTargets style_targets(Size size);
  /// A state of another run must end in a sentence, not in an assertion deep below.
  void check_fits(const RunState& state) const;
  Size style_size_for(Size content) const {
    return style_size(picture_size(input_.style.colour), content, options_.style_scale, network_.min_edge());
  }
  /// Optimises `picture`, which is narrower than the objective's content where that was continued. When there is
  /// `from_`, goes on from that instead, and only puts its result into `picture`.
  Summary run_scale(const ScaleEvent& event, Objective& objective, at::Tensor& picture,
                    const std::vector<ScaleResult>& done);
  /// As the plan in force says.
  OptimizerOptions optimizer_options(const ScaleEvent& event, int64_t iterations_done) const;
  std::unique_ptr<Optimizer> make_planned_optimizer(const OptimizerOptions& options) const;
  /// Where run_scale begins.
  MinimizerState beginning(const at::Tensor& picture, Size size, Optimizer& optimizer);
  /// What the start at the content's size is made of; the change against it is carried from scale to scale. Undefined
  /// for noise.
  at::Tensor base_picture(const at::Tensor& content) const;
  /// The picture of a coarser scale, whose base was `coarse_base`, as the start of a finer one.
  at::Tensor carried_up(const at::Tensor& picture, const at::Tensor& coarse_base, const at::Tensor& base,
                        Size size) const;
  double time_limit_for(const ScaleEvent& event, int64_t iterations_done) const;
  void warn_of_loss_in_saving(const StylizeResult& result);

  const FeatureExtractor& network_;
  c10::Device device_;
  const StylizeInput& input_;
  const StylizeOptions& options_;
  Observer& observer_;
  std::vector<Scale> schedule_;
  Clock::time_point start_;
  std::optional<RunState> from_;  ///< None any more once the scale in work goes on.
  NetworkMemory memory_;
  std::vector<MemoryPlan> plans_;
  MemoryGuard guard_;
};

at::Tensor Run::base_picture(const at::Tensor& content) const {
  switch (input_.init) {
    case Init::Content:
      return content;
    case Init::Picture:
      return on_device(input_.init_picture.colour, picture_size(content));
    case Init::Noise:
      return {};
  }
  STYLER_ASSERT(!"unknown start");
  return {};
}

at::Tensor Run::carried_up(const at::Tensor& picture, const at::Tensor& coarse_base, const at::Tensor& base,
                           Size size) const {
  const auto enlarged = [&](const at::Tensor& change) {
    return options_.schedule.tileable ? resized_around(change, size) : resized(change, size);
  };
  return base.defined() ? base + enlarged(picture - coarse_base) : enlarged(picture);
}

Picture Run::for_network(const char* which, const Picture& picture, Size size) const {
  const Size wide = enlarged_to(size, network_.min_edge());
  Picture result{mirrored_to(on_device(picture.colour, size), wide), {}};
  if (picture.alpha.defined()) result.alpha = mirrored_to(on_device(picture.alpha, size), wide);
  check_visible(which, result.alpha);
  return result;
}

Picture Run::content_of(Size size) const {
  if (input_.content.colour.defined()) return for_network("content", input_.content, size);
  const Size wide = enlarged_to(size, network_.min_edge());
  const auto options = at::TensorOptions().dtype(at::kFloat).device(device_);
  return {at::full({1, 3, wide.height, wide.width}, 0.5, options), {}};
}

StyleTargets Run::style_targets(Size size) {
  StyleTargetCache* cache = input_.style_cache;
  const StyleTargets* kept = cache != nullptr ? cache->find(input_.style_name, size) : nullptr;
  if (kept != nullptr) return *kept;
  Picture style = for_network("style", input_.style, size);
  if (options_.schedule.tileable) style = with_hidden_margin(style, halo_for(network_.layers()));
  StyleTargets targets = guard_.with_tiles(
      [&](Tiling tiling) { return compute_style_targets(network_, options_.objective, style, tiling); });
  if (cache != nullptr) cache->keep(input_.style_name, size, targets);
  return targets;
}

double Run::time_limit_for(const ScaleEvent& event, int64_t iterations_done) const {
  const double limit = options_.optimizer.time_limit_seconds;
  if (limit <= 0) return 0;
  // What is left is shared in proportion to the work, so that a limit shortens every scale instead of leaving out the
  // finest ones.
  const auto work = [](const Scale& s, int64_t done) {
    return static_cast<double>(s.size.height) * static_cast<double>(s.size.width) *
           static_cast<double>(s.iterations - done);
  };
  const double work_here = work(event.scale, iterations_done);
  double work_left = work_here;
  for (size_t i = static_cast<size_t>(event.index) + 1; i < schedule_.size(); ++i) work_left += work(schedule_[i], 0);
  const double seconds_left = std::max(limit - seconds_since(start_), 1e-3);
  return seconds_left * work_here / work_left;
}

void Run::check_fits(const RunState& state) const {
  bool fits = state.done.size() < schedule_.size();
  for (size_t i = 0; fits && i < state.done.size(); ++i) fits = state.done[i].scale == schedule_[i];
  if (fits) {
    const Scale& scale = schedule_[state.done.size()];
    const Size size = enlarged_to(scale.size, network_.min_edge());
    const MinimizerState& minimizer = state.minimizer;
    fits = state.plans.size() == schedule_.size() && minimizer.summary.iterations >= 0 &&
           minimizer.summary.iterations < scale.iterations;
    for (const at::Tensor* picture : {&minimizer.x, &minimizer.best, &minimizer.accepted}) {
      fits = fits && picture->defined() && picture->scalar_type() == at::kFloat &&
             picture->sizes() == at::IntArrayRef{1, 3, size.height, size.width};
    }
  }
  if (fits) return;
  throw Error(ErrorCode::Input,
              "the state to go on from is of a run with other sizes or iterations; use the same pictures and options, "
              "or begin anew");
}

void Run::warn_of_loss_in_saving(const StylizeResult& result) {
  const double iterate = result.scales.back().summary.final_loss;
  const double lost = 100 * (result.saved_loss.total / iterate - 1);
  if (!(lost > kWorthAWarning)) return;
  observer_.on_warning("clamping the picture to the range of a file raised its loss by " +
                       number_text(std::round(10 * lost) / 10) +
                       " %; use a larger --range-weight or more --iterations");
}

MinimizerState Run::beginning(const at::Tensor& picture, Size size, Optimizer& optimizer) {
  if (!from_) {
    return MinimizerState(mirrored_to(picture * kWhite, enlarged_to(size, network_.min_edge())).contiguous());
  }
  MinimizerState state = std::move(from_->minimizer);
  for (at::Tensor* tensor : {&state.x, &state.best, &state.accepted}) {
    // Copied even on the same device: what a caller gives, a file in memory say, may not be written to.
    *tensor = tensor->to(device_, at::kFloat, /*non_blocking=*/false, /*copy=*/true).contiguous();
  }
  if (!from_->optimizer.empty()) optimizer.restore(from_->optimizer, device_);
  from_.reset();
  return state;
}

OptimizerOptions Run::optimizer_options(const ScaleEvent& event, int64_t iterations_done) const {
  const Size size = event.scale.size;
  OptimizerOptions options = options_.optimizer;
  options.time_limit_seconds = time_limit_for(event, iterations_done);
  options.first_step_length = kFirstStepPerValue * static_cast<double>(3 * size.height * size.width);
  if (options.method == "lbfgs") {
    options.history_size = guard_.plan().history_size;
    options.history_precision = guard_.plan().history_precision;
  }
  return options;
}

std::unique_ptr<Optimizer> Run::make_planned_optimizer(const OptimizerOptions& options) const {
  if (options.preconditioner != "pyramid") return make_optimizer(options);
  return make_optimizer(options,
                        [wraps = options_.schedule.tileable](const at::Tensor& x) { return pyramid_sum(x, wraps); });
}

Summary Run::run_scale(const ScaleEvent& event, Objective& objective, at::Tensor& picture,
                       const std::vector<ScaleResult>& done) {
  OptimizerOptions options = optimizer_options(event, event.iterations_done);
  std::unique_ptr<Optimizer> optimizer = make_planned_optimizer(options);
  const Size size = event.scale.size;
  MinimizerState state = beginning(picture, size, *optimizer);
  picture.reset();  // as large as each of the optimiser's own

  const Clock::time_point start = Clock::now();
  LossBreakdown loss;
  const auto function = [&](const at::Tensor& x) {
    Objective::Evaluation evaluation = guard_.with_tiles([&](Tiling tiling) {
      objective.set_tiling(tiling);
      return objective.evaluate(x / kWhite);
    });
    loss = evaluation.loss;
    return LossGradient{loss.total, evaluation.gradient.div_(kWhite)};
  };
  const auto run_state = [&] {
    plans_[done.size()] = guard_.plan();
    return RunState{done, plans_, state, optimizer->state()};
  };
  const auto callback = [&](int64_t iteration, double /*loss*/, const at::Tensor& x) {
    const IterationEvent iteration_event{iteration, loss, middle_of(x / kWhite, size), seconds_since(start), run_state};
    return observer_.on_iteration(iteration_event) == Control::Continue;
  };
  while (true) {
    try {
      minimize(function, state, event.scale.iterations, options, *optimizer, callback);
      break;
    } catch (const std::exception& error) {
      optimizer.reset();
      if (!is_out_of_memory(error)) throw;
      if (!guard_.shrink_history()) {
        if (done.empty() && state.summary.iterations == 0) throw;
        observer_.on_warning("memory ran out, and no plan takes less: the best picture so far is what is left");
        state.summary.termination = Termination::OutOfMemory;
        break;
      }
    }
    // A step that was not finished leaves no optimiser to go on with, and perhaps not the iterate that it began with.
    options = optimizer_options(event, state.summary.iterations);
    optimizer = make_planned_optimizer(options);
    state.x.copy_(state.accepted);
  }
  picture = middle_of(state.best.div_(kWhite), size);
  return state.summary;
}

StylizeResult Run::operator()() {
  StylizeResult result;
  at::Tensor picture;
  at::Tensor coarse_base;
  if (from_) result.scales = from_->done;
  const std::vector<PlannedWork> work =
      planned_work(original_size(input_), picture_size(input_.style.colour), options_, network_.min_edge());
  for (size_t i = result.scales.size(); i < schedule_.size(); ++i) {
    const Size size = schedule_[i].size;
    const Size style = style_size_for(size);
    const int64_t iterations_done = from_ ? from_->minimizer.summary.iterations : 0;
    const ScaleEvent event{
        static_cast<int64_t>(i), static_cast<int64_t>(schedule_.size()), schedule_[i], style, plans_[i],
        iterations_done};
    observer_.on_scale(event);

    const Picture content = content_of(size);
    const at::Tensor base = base_picture(middle_of(content.colour, size));
    if (from_) {
      // run_scale() goes on where it was.
    } else if (picture.defined()) {
      picture = carried_up(picture, coarse_base, base, size);
    } else {
      picture = base.defined() ? base : noise(size, options_.seed).to(device_);
    }
    coarse_base = base;
    guard_.begin_scale(work[i], plans_[i]);
    const StyleTargets targets = style_targets(style);
    network_.release_memory();  // what was kept for a picture of the painting's shape
    const auto objective = guard_.with_tiles([&](Tiling tiling) {
      return std::make_unique<Objective>(network_, options_.objective, content, targets, tiling);
    });
    result.scales.push_back({schedule_[i], run_scale(event, *objective, picture, result.scales)});
    observer_.on_scale_end(event, result.scales.back().summary);
    const Termination termination = result.scales.back().summary.termination;
    result.stopped = termination == Termination::StoppedByUser || termination == Termination::OutOfMemory;
    if (termination == Termination::OutOfMemory) break;
    if (i + 1 == schedule_.size()) {
      picture = picture.clamp(0, 1);
      const at::Tensor saved = mirrored_to((picture * kWhite).round() / kWhite, picture_size(content.colour));
      result.saved_loss = guard_.with_tiles([&](Tiling tiling) {
        objective->set_tiling(tiling);
        return objective->loss(saved);
      });
      warn_of_loss_in_saving(result);
    }
    if (result.stopped) break;
  }
  const Size finest = schedule_.back().size;
  if (picture_size(picture) != finest) {
    picture = carried_up(picture, coarse_base, base_picture(middle_of(content_of(finest).colour, finest)), finest);
  }
  result.picture.colour = picture.clamp(0, 1).to(at::kCPU).contiguous();
  if (input_.content.alpha.defined()) {
    result.picture.alpha = resized(input_.content.alpha, finest).clamp(0, 1).to(at::kCPU).contiguous();
  }
  return result;
}

}  // namespace

Size original_size(const StylizeInput& input) {
  return input.content.colour.defined() ? picture_size(input.content.colour) : input.texture;
}

StylizeResult stylize(const FeatureExtractor& network, const ComputeDevice& device, const StylizeInput& input,
                      const StylizeOptions& options, Observer& observer, const MemoryBudget& budget,
                      std::optional<RunState> from) {
  options.validate();
  const bool has_content = input.content.colour.defined();
  STYLER_ASSERT(has_content || (input.init != Init::Content && input.texture.short_edge() >= 1));
  STYLER_ASSERT(options.schedule.tileable == (network.padding() == Padding::Circular));
  if (has_content) check_picture(input.content);
  check_picture(input.style);
  if (input.init == Init::Picture) check_picture(input.init_picture);
  StylizeOptions own = options;
  if (!has_content) own.objective.content_layers.clear();
  const at::NoGradGuard no_grad;
  try {
    return Run(network, device, input, own, observer, budget, std::move(from))();
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    throw Error(ErrorCode::Memory,
                "memory ran out on the way, and no plan takes less; use a smaller --size or --precision bf16");
  }
}

}  // namespace styler
