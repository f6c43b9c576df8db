#include "styler/app/job/observers/progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <memory>

#include "styler/base/clock.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

/// The part of the loss from which on the smaller terms are worth their place in the line.
constexpr double kNegligible = 1e-3;

std::string short_number(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.4g", value);
  return buffer.data();
}

double pixels(const Scale& scale) { return static_cast<double>(scale.size.height * scale.size.width); }

}  // namespace

void TimeLeft::begin_scale(size_t index, int64_t iterations_done) {
  scale_ = index;
  begun_ = done_ = iterations_done;
}

void TimeLeft::iteration_done(int64_t iteration, double elapsed_seconds) {
  if (scale_ >= schedule_.size()) return;
  done_ = iteration;
  const int64_t count = iteration - begun_;
  if (count <= 1) first_ = elapsed_seconds;
  // The first iteration alone is believed only while nothing better is known.
  if (count <= 1 && seconds_per_pixel_ > 0) return;
  const double seconds = count <= 1 ? elapsed_seconds : (elapsed_seconds - first_) / static_cast<double>(count - 1);
  seconds_per_pixel_ = seconds / pixels(schedule_[scale_]);
}

double TimeLeft::seconds() const {
  double pixels_left = 0;
  for (size_t i = scale_; i < schedule_.size(); ++i) {
    const int64_t iterations = schedule_[i].iterations - (i == scale_ ? done_ : 0);
    pixels_left += pixels(schedule_[i]) * static_cast<double>(iterations);
  }
  return pixels_left * seconds_per_pixel_;
}

std::string progress_line(const ScaleEvent& scale, const IterationEvent& iteration, double seconds_left) {
  const LossBreakdown& loss = iteration.loss;
  std::string line = "scale " + std::to_string(scale.index + 1) + "/" + std::to_string(scale.count) + " " +
                     size_text(scale.scale.size) + ", iteration " + std::to_string(iteration.iteration) + "/" +
                     std::to_string(scale.scale.iterations) + ", " + duration_text(seconds_left) + " left, loss " +
                     short_number(loss.total) + " (content " + short_number(loss.content) + ", style " +
                     short_number(loss.style);
  if (loss.tv > kNegligible * loss.total) line += ", tv " + short_number(loss.tv);
  if (loss.range > kNegligible * loss.total) line += ", range " + short_number(loss.range);
  return line + ")";
}

ProgressObserver::ProgressObserver(Console& console, std::vector<Scale> schedule, double time_limit_seconds,
                                   Clock clock)
    : line_(console, clock),
      time_left_(std::move(schedule)),
      clock_(std::move(clock)),
      end_(time_limit_seconds > 0 ? clock_() + time_limit_seconds : std::numeric_limits<double>::infinity()) {}

void ProgressObserver::on_scale(const ScaleEvent& event) {
  scale_ = event;
  time_left_.begin_scale(static_cast<size_t>(event.index), event.iterations_done);
  line_.begin_part();
}

Control ProgressObserver::on_iteration(const IterationEvent& event) {
  time_left_.iteration_done(event.iteration, event.elapsed_seconds);
  line_.update(progress_line(scale_, event, std::clamp(end_ - clock_(), 0.0, time_left_.seconds())));
  return Control::Continue;
}

void ProgressObserver::on_scale_end(const ScaleEvent&, const Summary&) { line_.end_part(); }

ProgressMaker progress_on(Console& console) {
  return [&console](const std::vector<Scale>& schedule, double time_limit_seconds) {
    return std::make_unique<ProgressObserver>(console, schedule, time_limit_seconds, seconds_now);
  };
}

}  // namespace styler::app
