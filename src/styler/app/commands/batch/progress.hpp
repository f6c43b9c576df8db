#pragma once

#include <functional>
#include <string>
#include <vector>

#include "styler/app/job/progress.hpp"
#include "styler/app/session/console.hpp"
#include "styler/core/stylize/observer.hpp"

namespace styler::app {

/// How long a batch will still take, from what its pictures have taken so far.
class BatchTimeLeft {
 public:
  /// \param to_paint  pictures that are expected to be painted.
  explicit BatchTimeLeft(int64_t to_paint) : to_paint_(to_paint) {}

  /// A picture was painted in `seconds`.
  void painted(double seconds);
  /// \param current_elapsed, current_left  of the picture that is being painted; both 0 when there is none.
  double seconds(double current_elapsed, double current_left) const;

 private:
  int64_t to_paint_;
  int64_t painted_ = 0;
  double seconds_ = 0;
};

/// `3/200 tübingen × starry, 1:23:45 left; scale 2/3, iteration 45/100, loss 0.81`
std::string batch_progress_line(int64_t number, int64_t count, const std::string& job, double seconds_left,
                                const ScaleEvent& scale, const IterationEvent& iteration);

/// Shows on a terminal how far the current picture and the batch are. Elsewhere the lines at the end of each picture
/// are enough.
class BatchProgressObserver : public Observer {
 public:
  using Clock = std::function<double()>;  ///< Seconds since some moment.

  /// \param number  of the picture, 1 … count
  BatchProgressObserver(Console& console, const BatchTimeLeft& batch, int64_t number, int64_t count, std::string job,
                        std::vector<Scale> schedule, Clock clock);

  void on_scale(const ScaleEvent& event) override;
  Control on_iteration(const IterationEvent& event) override;

 private:
  Console& console_;
  const BatchTimeLeft& batch_;
  int64_t number_;
  int64_t count_;
  std::string job_;
  TimeLeft time_left_;
  Clock clock_;
  double start_;
  double next_time_;  ///< When the next line is due.
  ScaleEvent scale_;
};

}  // namespace styler::app
