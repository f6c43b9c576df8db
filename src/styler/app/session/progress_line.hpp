#pragma once

#include <functional>
#include <string>

#include "styler/app/session/console.hpp"

namespace styler::app {

/// Tells a person how far a long work is: one line rewritten in place on a terminal; elsewhere, where every line stays,
/// the first, one in ten seconds, and the last of each part of the work.
class ProgressLine {
 public:
  using Clock = std::function<double()>;  ///< Seconds since some moment.

  /// \param console  must outlive the line.
  ProgressLine(Console& console, Clock clock);

  /// What update() says from here on is of another part of the work.
  void begin_part() { last_shown_ = true; }
  /// Shows `text` if it is time for that.
  void update(std::string text);
  /// Shows the last text of this part, if it was not.
  void end_part();

 private:
  Console& console_;
  Clock clock_;
  double next_time_;        ///< When the next line is due.
  std::string last_;        ///< Of update(), shown or not.
  bool last_shown_ = true;  ///< Whether it was; there is nothing yet to show.
};

}  // namespace styler::app
