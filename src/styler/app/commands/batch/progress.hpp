#pragma once

#include <functional>
#include <string>
#include <vector>

#include "styler/app/folders/time_left.hpp"
#include "styler/app/job/observers/progress.hpp"
#include "styler/app/session/console.hpp"
#include "styler/core/stylize/observer.hpp"

namespace styler::app {

/// `3/200 tübingen × starry, 1:23:45 left; scale 2/3, iteration 45/100, loss 0.81`
std::string batch_progress_line(int64_t number, int64_t count, const std::string& job, double seconds_left,
                                const ScaleEvent& scale, const IterationEvent& iteration);

/// Shows on a terminal how far the current picture and the batch are. Elsewhere the lines at the end of each picture
/// are enough.
class BatchProgressObserver : public Observer {
 public:
  using Clock = std::function<double()>;  ///< Seconds since some moment.

  /// \param number  of the picture, 1 … count
  BatchProgressObserver(Console& console, const PicturesTimeLeft& batch, int64_t number, int64_t count, std::string job,
                        std::vector<Scale> schedule, Clock clock);

  void on_scale(const ScaleEvent& event) override;
  Control on_iteration(const IterationEvent& event) override;

 private:
  Console& console_;
  const PicturesTimeLeft& batch_;
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
