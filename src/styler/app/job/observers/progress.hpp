#pragma once

#include <string>
#include <vector>

#include "styler/app/job/observers/observers.hpp"
#include "styler/app/session/console.hpp"
#include "styler/app/session/progress_line.hpp"
#include "styler/core/stylize/observer.hpp"

namespace styler::app {

/// How long a run will still take. An evaluation costs in proportion to its pixels, so what the scales behind took
/// tells what the finer ones ahead will take.
class TimeLeft {
 public:
  explicit TimeLeft(std::vector<Scale> schedule) : schedule_(std::move(schedule)) {}

  /// \param iterations_done  above 0 where a run is resumed in the midst of a scale
  void begin_scale(size_t index, int64_t iterations_done = 0);
  /// \param iteration        1 … iterations of the scale
  /// \param elapsed_seconds  since the scale began, or was resumed
  void iteration_done(int64_t iteration, double elapsed_seconds);
  /// Zero before the first iteration of the run.
  double seconds() const;

 private:
  std::vector<Scale> schedule_;
  size_t scale_ = 0;
  int64_t begun_ = 0;  ///< Iterations of this scale before it was resumed.
  int64_t done_ = 0;   ///< Iterations of this scale.
  double first_ = 0;   ///< What this scale's first iteration took; it carries the set-up, so the mean leaves it out.
  double seconds_per_pixel_ = 0;
};

/// `scale 2/3 256x191, iteration 45/100, 0:42 left, loss 0.81 (content 0.41, style 0.4)`, with the terms that count;
/// what can be spared comes last, since narrow terminals cut the line.
std::string progress_line(const ScaleEvent& scale, const IterationEvent& iteration, double seconds_left);

/// Tells a person how far the run is, with a part of the ProgressLine for each scale.
class ProgressObserver : public Observer {
 public:
  using Clock = ProgressLine::Clock;

  /// \param console             must outlive the observer.
  /// \param time_limit_seconds  from now on; 0: none.
  ProgressObserver(Console& console, std::vector<Scale> schedule, double time_limit_seconds, Clock clock);

  void on_scale(const ScaleEvent& event) override;
  Control on_iteration(const IterationEvent& event) override;
  void on_scale_end(const ScaleEvent& event, const Summary& summary) override;

 private:
  ProgressLine line_;
  TimeLeft time_left_;
  Clock clock_;
  double end_;  ///< When the time limit ends the run.
  ScaleEvent scale_;
};

/// Makes these, with the clock of this machine.
/// \param console  must outlive them.
ProgressMaker progress_on(Console& console);

}  // namespace styler::app
