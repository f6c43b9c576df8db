#include "styler/app/commands/video/optimiser_painter.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/job/networks.hpp"
#include "styler/app/job/observers/observers.hpp"
#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/regions.hpp"
#include "styler/options/strength.hpp"

namespace styler::app {
namespace {

/// Of style targets: those of a few paintings at a few sizes.
constexpr int64_t kTargetBytes = int64_t{256} << 20;

/// More iterations for each hundredth of a frame that is new: what is bare of paint needs what a first frame does.
constexpr double kIterationsOfWhole = 60;

/// From its beginning a frame differs by little, and large forms stand already.
constexpr int64_t kSizesWithHoles = 2;

class StoppingLog : public ObserverList {
 public:
  explicit StoppingLog(spdlog::logger& log) : logging_(log) {
    add(stopping_);
    add(logging_);
  }

 private:
  StopObserver stopping_;
  LogObserver logging_;
};

/// Puts a frame's regions into its input. What has become too small to be painted by itself, since things leave the
/// film, is painted like the largest region.
void show_regions(const std::vector<at::Tensor>& shares, const StylizeOptions& options, int64_t min_edge,
                  StylizeInput& input) {
  const auto size_of = [](const ContentRegion& region) { return region.share.sum(at::kDouble).item<double>(); };
  for (size_t i = 0; i < shares.size(); ++i) input.regions[i].share = shares[i];
  const Size size = picture_size(input.content.colour);
  for (size_t region = 0; region < input.regions.size(); ++region) {
    StylizeInput alone = input;
    std::erase_if(alone.styles, [&](const StyleSource& style) { return style.region != region; });
    if (alone.styles.empty() || too_small_regions(alone, options, size, min_edge).empty()) continue;
    const auto largest = std::ranges::max_element(input.regions, {}, size_of);
    if (largest - input.regions.begin() == static_cast<std::ptrdiff_t>(region)) continue;
    largest->share = largest->share + input.regions[region].share;
    input.regions[region].share = at::zeros_like(largest->share);
    std::erase_if(input.styles, [&](const StyleSource& style) { return style.region == region; });
  }
}

}  // namespace

int64_t share_of_iterations(int64_t iterations, double share) {
  return std::max<int64_t>(1, std::llround(std::ceil(share * static_cast<double>(iterations))));
}

int64_t frame_iterations(int64_t usual, int64_t most, double coverage) {
  const auto more = static_cast<int64_t>(std::llround(kIterationsOfWhole * (1 - coverage)));
  return std::max(usual, std::min(usual + more, most));
}

OptimiserPainter::OptimiserPainter(const VideoOptions& options, const Machine& machine, StylizeInput styles,
                                   const MemoryBudget& budget, spdlog::logger& log)
    : options_(options), machine_(machine), budget_(budget), log_(log), input_(std::move(styles)) {
  input_.texture = {};
}

void OptimiserPainter::begin_shot(const FilmFrame& first) {
  if (targets_ == nullptr || options_.settings.stylize.colour != ColourMode::Style) {
    targets_ = std::make_unique<StyleTargetCache>(kTargetBytes);
  }
  input_.style_cache = targets_.get();
  input_.colours_from = first.picture;
}

double OptimiserPainter::strength(double seconds) const {
  return options_.strength_over_time.at(seconds, options_.settings.stylize.objective.strength);
}

double OptimiserPainter::opacity(double seconds) const {
  ObjectiveOptions objective;
  objective.strength = strength(seconds);
  return objective.opacity();
}

at::Tensor OptimiserPainter::painted(const FrameTask& task, StylizeOptions options, FrameRecord& record) {
  const FilmFrame& film = task.film;
  const Picture& frame = film.picture;
  const FeatureExtractor& network = machine_.network(kPictureNetwork);
  if (!is_seen(frame)) return input_.init == Init::Picture ? input_.init_picture.colour : frame.colour;
  input_.content = frame;
  StylizeInput shown = input_;
  if (!task.regions.empty()) show_regions(task.regions, options, network.min_edge(), shown);
  if (shown.styles.empty()) return frame.colour;  // what is painted has left the film
  // What shows through is mixed in behind all painting, so that it does not grow from frame to frame.
  options.objective.strength = std::max(strength(film.seconds), kOpaqueFrom);
  options.objective.style_weight =
      options_.style_weight_over_time.at(film.seconds, options_.settings.stylize.objective.style_weight);
  StoppingLog observer(log_);
  const StylizeResult result = styler::stylize(network, machine_.choice.device, shown, options, observer, budget_);
  for (const ScaleResult& scale : result.scales) record.iterations += scale.summary.iterations;
  if (result.saved_loss.total > 0) record.loss = result.saved_loss;
  if (result.stopped) {
    if (result.scales.back().summary.termination == Termination::StoppedByUser) return {};
    throw Error(ErrorCode::Memory, "memory ran out in frame " + std::to_string(record.index + 1) +
                                       ", and no plan takes less; go on with --resume and a smaller --memory-limit, "
                                       "or begin anew with a smaller --size");
  }
  return result.picture.colour;
}

at::Tensor OptimiserPainter::first(const FrameTask& task, FrameRecord& record) {
  StylizeOptions options = options_.settings.stylize;
  options.schedule.size = 0;  // frames come at the size that they are painted in
  options.optimizer.time_limit_seconds = 0;
  input_.init = options_.settings.init;
  input_.init_picture = {};
  input_.near = {};
  return painted(task, options, record);
}

at::Tensor OptimiserPainter::follow(const FrameTask& task, const Carried& carried, double effort, FrameRecord& record) {
  const int64_t usual = share_of_iterations(options_.frame_iterations, effort);
  const int64_t most = std::max(usual, options_.settings.stylize.schedule.iterations);
  return iterated(task, carried, frame_iterations(usual, most, carried.coverage), record);
}

at::Tensor OptimiserPainter::again(const FrameTask& task, const Carried& carried, FrameRecord& record) {
  return iterated(task, carried, share_of_iterations(options_.frame_iterations, kEffortOfPass), record);
}

at::Tensor OptimiserPainter::iterated(const FrameTask& task, const Carried& carried, int64_t iterations,
                                      FrameRecord& record) {
  StylizeOptions options = options_.settings.stylize;
  options.schedule.size = 0;
  options.schedule.scales = carried.has_large_hole ? kSizesWithHoles : 1;
  options.schedule.iterations = iterations;
  options.schedule.coarse_style = 1;
  options.optimizer.time_limit_seconds = 0;
  input_.init = Init::Picture;
  input_.init_picture = {carried.start, {}};
  const double temporal_weight = options_.temporal_weight_at(task.film.seconds);
  input_.near = temporal_weight > 0 ? carried.near : NearPicture{};
  input_.near_weight = temporal_weight;
  return painted(task, options, record);
}

}  // namespace styler::app
