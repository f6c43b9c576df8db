#include "styler/options/optimizer_options.hpp"

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler {

void OptimizerOptions::validate() const {
  check_between("history-size", history_size, 1, kLongestHistory);
  check_positive("learning-rate", learning_rate);
  if (learning_rate > kLargestLearningRate) {
    reject("learning-rate is " + number_text(learning_rate) + " but must be at most " +
           number_text(kLargestLearningRate) + ", which is from black to white in one step");
  }
  check_not_negative("first-step-length", first_step_length);
  check_not_negative("tolerance-change", tolerance_change);
  check_not_negative("tolerance-gradient", tolerance_gradient);
  check_not_negative("time-limit", time_limit_seconds);
  check_between("change-window", change_window, 1, 1000000);
}

}  // namespace styler
