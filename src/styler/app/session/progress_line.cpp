#include "styler/app/session/progress_line.hpp"

#include <limits>
#include <utility>

namespace styler::app {
namespace {

constexpr double kSecondsBetweenLines = 10;
/// Often enough to look alive, seldom enough that a slow terminal does not hold up small pictures.
constexpr double kSecondsBetweenStatuses = 0.1;

}  // namespace

ProgressLine::ProgressLine(Console& console, Clock clock)
    : console_(console), clock_(std::move(clock)), next_time_(-std::numeric_limits<double>::infinity()) {}

void ProgressLine::update(std::string text) {
  last_ = std::move(text);
  const double now = clock_();
  last_shown_ = now >= next_time_;
  if (last_shown_ && console_.is_terminal()) {
    console_.status(last_);
    next_time_ = now + kSecondsBetweenStatuses;
  } else if (last_shown_) {
    console_.line(last_);
    next_time_ = now + kSecondsBetweenLines;
  }
}

void ProgressLine::end_part() {
  if (last_shown_) return;
  if (console_.is_terminal()) {
    console_.status(last_);
  } else {
    console_.line(last_);
  }
  last_shown_ = true;
}

}  // namespace styler::app
