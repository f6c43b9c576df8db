#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "styler/app/commands/video/optimiser_painter.hpp"
#include "styler/app/commands/video/options.hpp"
#include "styler/app/commands/video/painter.hpp"
#include "styler/app/films/survey.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/generator/generator.hpp"
#include "styler/core/generator/paint.hpp"

namespace styler::app {

/// With a generator, whose norms take the statistics of the whole shot, so that what is still looks the same in all its
/// frames; and each frame is mixed with what is expected of it.
class GeneratorPainter : public FramePainter {
 public:
  /// \param options, survey, generator  must outlive this.
  /// \param generator_has_strength      it paints at the strength that is asked for by itself.
  /// \param refining                    goes over what was painted; nullptr: nobody does.
  GeneratorPainter(const VideoOptions& options, const FilmSurvey& survey, const Generator& generator,
                   bool generator_has_strength, const PaintOptions& painting, OptimiserPainter* refining);

  void begin_shot(const FilmFrame& first) override;
  at::Tensor first(const FrameTask& task, FrameRecord& record) override;
  at::Tensor follow(const FrameTask& task, const Carried& carried, double effort, FrameRecord& record) override;
  at::Tensor again(const FrameTask& task, const Carried& carried, FrameRecord& record) override;
  double opacity(double seconds) const override;
  bool begins_from_film() const override { return false; }

 private:
  /// Of some of the frames from `first` to before `end`.
  NormStatistics statistics(int64_t first, int64_t end);
  /// The generator's picture, in the colours that are asked for.
  at::Tensor generated(const Picture& frame);
  /// What is expected of a frame, gone over where somebody does.
  at::Tensor refined(const FrameTask& task, const Carried& carried, double effort, FrameRecord& record);

  const VideoOptions& options_;
  const FilmSurvey& survey_;
  const Generator& generator_;
  bool generator_has_strength_;
  PaintOptions painting_;
  OptimiserPainter* refining_;
  std::unique_ptr<FilmReader> ahead_;  ///< Reads frames of a shot before these are painted.
  int64_t next_ahead_ = 0;
  NormStatistics statistics_;
  ColourMap colours_;  ///< Of the shot; none: none to change.
};

/// What part of a frame a generator leaves to what was expected of it.
double expected_share(double temporal_weight);

}  // namespace styler::app
