#include "styler/app/commands/batch/progress.hpp"

#include <array>
#include <cstdio>
#include <limits>
#include <utility>

#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

constexpr double kSecondsBetweenBatchStatuses = 0.2;

}  // namespace

std::string batch_progress_line(int64_t number, int64_t count, const std::string& job, double seconds_left,
                                const ScaleEvent& scale, const IterationEvent& iteration) {
  std::array<char, 32> loss{};
  std::snprintf(loss.data(), loss.size(), "%.4g", iteration.loss.total);
  return std::to_string(number) + "/" + std::to_string(count) + " " + job + ", " + duration_text(seconds_left) +
         " left; scale " + std::to_string(scale.index + 1) + "/" + std::to_string(scale.count) + ", iteration " +
         std::to_string(iteration.iteration) + "/" + std::to_string(scale.scale.iterations) + ", loss " + loss.data();
}

BatchProgressObserver::BatchProgressObserver(Console& console, const PicturesTimeLeft& batch, int64_t number,
                                             int64_t count, std::string job, std::vector<Scale> schedule, Clock clock)
    : console_(console),
      batch_(batch),
      number_(number),
      count_(count),
      job_(std::move(job)),
      time_left_(std::move(schedule)),
      clock_(std::move(clock)),
      start_(clock_()),
      next_time_(-std::numeric_limits<double>::infinity()) {}

void BatchProgressObserver::on_scale(const ScaleEvent& event) {
  scale_ = event;
  time_left_.begin_scale(static_cast<size_t>(event.index));
}

Control BatchProgressObserver::on_iteration(const IterationEvent& event) {
  time_left_.iteration_done(event.iteration, event.elapsed_seconds);
  const double now = clock_();
  if (console_.is_terminal() && now >= next_time_) {
    const double left = batch_.seconds(now - start_, time_left_.seconds());
    console_.status(batch_progress_line(number_, count_, job_, left, scale_, event));
    next_time_ = now + kSecondsBetweenBatchStatuses;
  }
  return Control::Continue;
}

}  // namespace styler::app
