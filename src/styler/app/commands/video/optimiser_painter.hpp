#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <string>
#include <vector>

#include "styler/app/commands/video/options.hpp"
#include "styler/app/commands/video/painter.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/app/job/inputs/inputs.hpp"
#include "styler/core/loss/style_target_cache.hpp"
#include "styler/core/memory/plan.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace styler::app {

/// By the optimiser: a shot's first frame as a picture is painted, and later ones from what is expected of them, with
/// few iterations at the finest size alone; where much came into view at the size below it too.
class OptimiserPainter : public FramePainter {
 public:
  /// \param options, machine, log  must outlive this.
  /// \param styles                 with their keys in the cache, and with the regions that they are for.
  /// \param budget                 for all frames, so that each is planned alike.
  OptimiserPainter(const VideoOptions& options, const Machine& machine, StylizeInput styles, const MemoryBudget& budget,
                   spdlog::logger& log);

  void begin_shot(const FilmFrame& first) override;
  at::Tensor first(const FrameTask& task, FrameRecord& record) override;
  at::Tensor follow(const FrameTask& task, const Carried& carried, double effort, FrameRecord& record) override;
  at::Tensor again(const FrameTask& task, const Carried& carried, FrameRecord& record) override;
  double opacity(double seconds) const override;
  bool begins_from_film() const override { return true; }
  /// Goes on from what is expected of a frame.
  at::Tensor iterated(const FrameTask& task, const Carried& carried, int64_t iterations, FrameRecord& record);

 private:
  at::Tensor painted(const FrameTask& task, StylizeOptions options, FrameRecord& record);
  double strength(double seconds) const;

  const VideoOptions& options_;
  const Machine& machine_;
  MemoryBudget budget_;
  spdlog::logger& log_;
  StylizeInput input_;  ///< With the frame in work.
  std::unique_ptr<StyleTargetCache> targets_;
};

/// Of the usual iterations, those of each pass that goes over a frame again: it needs no more than to settle.
inline constexpr double kEffortOfPass = 0.5;

/// At least one.
int64_t share_of_iterations(int64_t iterations, double share);

/// How many iterations a frame takes of which this share was there before.
int64_t frame_iterations(int64_t usual, int64_t most, double coverage);

}  // namespace styler::app
