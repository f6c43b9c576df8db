#include "styler/app/commands/video/generator_painter.hpp"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/video/open_film.hpp"

namespace styler::app {
namespace {

/// Of every so many frames of a shot statistics are taken, but of no more than this.
constexpr int64_t kSampleEvery = 8;
constexpr int64_t kMostSamples = 12;

/// Of two parts of what is expected one of the generator's is a third: 0.6 at the usual weight, where warping errors
/// are not seen yet (0.5 to 0.8 in the field).
constexpr double kPartsAtOne = 1.5;

}  // namespace

double expected_share(double temporal_weight) {
  return kPartsAtOne * temporal_weight / (1 + kPartsAtOne * temporal_weight);
}

GeneratorPainter::GeneratorPainter(const VideoOptions& options, const FilmSurvey& survey, const Generator& generator,
                                   bool generator_has_strength, const PaintOptions& painting,
                                   OptimiserPainter* refining)
    : options_(options),
      survey_(survey),
      generator_(generator),
      generator_has_strength_(generator_has_strength),
      painting_(painting),
      refining_(refining) {
  FilmReadOptions reading = options.film;
  reading.long_edge = options.settings.stylize.schedule.size;
  ahead_ = open_film(options.content, reading);
}

NormStatistics GeneratorPainter::statistics(int64_t first, int64_t end) {
  const int64_t every = std::max(kSampleEvery, (end - first + kMostSamples - 1) / kMostSamples);
  std::vector<NormStatistics> samples;
  for (; next_ahead_ < end; ++next_ahead_) {
    if (next_ahead_ < first || (next_ahead_ - first) % every != 0) {
      ahead_->skip();
      continue;
    }
    const auto frame = ahead_->next();
    if (!frame) break;
    samples.push_back(picture_statistics(generator_, frame->picture.colour, painting_));
  }
  STYLER_ASSERT(!samples.empty());
  return pooled_statistics(samples);
}

void GeneratorPainter::begin_shot(const FilmFrame& first) {
  statistics_ = statistics(first.index, survey_.end_of_shot(first.index));
  if (refining_ != nullptr) refining_->begin_shot(first);
  colours_ = {};
  const ColourMode mode = options_.settings.stylize.colour;
  if (mode == ColourMode::Style || mode == ColourMode::Luminance) return;
  const Picture painted{generated(first.picture), first.picture.alpha};
  if (!painted.colour.defined()) return;  // stopped by a signal, as what is painted next will be
  colours_ = mode == ColourMode::Match ? match_map(colour_statistics(painted), colour_statistics(first.picture))
                                       : histogram_map(painted, first.picture);
}

at::Tensor GeneratorPainter::generated(const Picture& frame) {
  at::Tensor painted = paint(generator_, frame.colour, statistics_, painting_,
                             [](double) { return StopSignals::requested() ? Control::Stop : Control::Continue; });
  if (!painted.defined()) return painted;
  if (options_.settings.stylize.colour == ColourMode::Luminance) return with_chroma(painted, frame.colour);
  return colours_ ? mapped(painted, colours_) : painted;
}

at::Tensor GeneratorPainter::refined(const FrameTask& task, const Carried& carried, double effort,
                                     FrameRecord& record) {
  if (refining_ == nullptr) return carried.start;
  return refining_->iterated(task, carried, share_of_iterations(options_.refine, effort), record);
}

at::Tensor GeneratorPainter::first(const FrameTask& task, FrameRecord& record) {
  Carried alone;
  alone.start = generated(task.film.picture);
  return alone.start.defined() ? refined(task, alone, 1, record) : alone.start;
}

at::Tensor GeneratorPainter::follow(const FrameTask& task, const Carried& carried, double effort, FrameRecord& record) {
  at::Tensor painted = generated(task.film.picture);
  if (!painted.defined()) return painted;
  const at::Tensor share = carried.near.weight * expected_share(options_.temporal_weight_at(task.film.seconds));
  Carried mixed = carried;
  mixed.start = painted + share * (carried.near.colour - painted);
  return refined(task, mixed, effort, record);
}

double GeneratorPainter::opacity(double seconds) const {
  if (refining_ != nullptr) return refining_->opacity(seconds);
  return generator_has_strength_ ? 1 : options_.strength_over_time.at(seconds, 1);
}

at::Tensor GeneratorPainter::again(const FrameTask& task, const Carried& carried, FrameRecord& record) {
  return refined(task, carried, kEffortOfPass, record);
}

}  // namespace styler::app
