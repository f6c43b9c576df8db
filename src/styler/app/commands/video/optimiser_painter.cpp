#include "styler/app/commands/video/optimiser_painter.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/host/memory_budget.hpp"
#include "styler/app/job/networks.hpp"
#include "styler/app/job/observers/observers.hpp"
#include "styler/base/error.hpp"
#include "styler/options/scales.hpp"

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

}  // namespace

int64_t frame_iterations(int64_t usual, int64_t most, double coverage) {
  const auto more = static_cast<int64_t>(std::llround(kIterationsOfWhole * (1 - coverage)));
  return std::max(usual, std::min(usual + more, most));
}

OptimiserPainter::OptimiserPainter(const VideoOptions& options, const Machine& machine, StylizeInput styles,
                                   const std::vector<std::string>& style_hashes, spdlog::logger& log)
    : options_(options), machine_(machine), log_(log), input_(std::move(styles)) {
  input_.texture = {};
  for (size_t i = 0; i < input_.styles.size(); ++i) input_.styles[i].cache_key = style_hashes.at(i);
}

void OptimiserPainter::begin_shot(const FilmFrame& first) {
  if (targets_ == nullptr || options_.settings.stylize.colour != ColourMode::Style) {
    targets_ = std::make_unique<StyleTargetCache>(kTargetBytes);
  }
  input_.style_cache = targets_.get();
  input_.colours_from = first.picture;
}

at::Tensor OptimiserPainter::painted(const Picture& frame, const StylizeOptions& options, FrameRecord& record) {
  const FeatureExtractor& network = machine_.network(kPictureNetwork);
  if (!is_seen(frame)) return input_.init == Init::Picture ? input_.init_picture.colour : frame.colour;
  input_.content = frame;
  StoppingLog observer(log_);
  const StylizeResult result = styler::stylize(network, machine_.choice.device, input_, options, observer,
                                               memory_budget(options.memory, machine_.choice));
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

at::Tensor OptimiserPainter::first(const Picture& frame, FrameRecord& record) {
  StylizeOptions options = options_.settings.stylize;
  options.schedule.size = 0;  // frames come at the size that they are painted in
  options.optimizer.time_limit_seconds = 0;
  input_.init = options_.settings.init;
  input_.init_picture = {};
  input_.near = {};
  return painted(frame, options, record);
}

at::Tensor OptimiserPainter::follow(const Picture& frame, const Carried& carried, FrameRecord& record) {
  const int64_t most = std::max(options_.frame_iterations, options_.settings.stylize.schedule.iterations);
  return follow(frame, carried, frame_iterations(options_.frame_iterations, most, carried.coverage), record);
}

at::Tensor OptimiserPainter::follow(const Picture& frame, const Carried& carried, int64_t iterations,
                                    FrameRecord& record) {
  StylizeOptions options = options_.settings.stylize;
  options.schedule.size = 0;
  options.schedule.scales = carried.has_large_hole ? kSizesWithHoles : 1;
  options.schedule.iterations = iterations;
  options.schedule.coarse_style = 1;
  options.optimizer.time_limit_seconds = 0;
  input_.init = Init::Picture;
  input_.init_picture = {carried.start, {}};
  input_.near = options_.temporal_weight > 0 ? carried.near : NearPicture{};
  input_.near_weight = options_.temporal_weight;
  return painted(frame, options, record);
}

}  // namespace styler::app
