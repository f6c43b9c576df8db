#include "styler/options/optimizer_options.hpp"

#include "styler/base/checks.hpp"
#include "styler/base/error.hpp"

namespace styler {

void OptimizerOptions::validate() const {
  if (method != "lbfgs" && method != "adam") {
    throw Error(ErrorCode::InvalidArgument, "optimizer is '" + method + "' but must be lbfgs or adam");
  }
  if (preconditioner != "pyramid" && preconditioner != "none") {
    throw Error(ErrorCode::InvalidArgument, "preconditioner is '" + preconditioner + "' but must be pyramid or none");
  }
  if (history_precision != "auto" && history_precision != "fp32" && history_precision != "bf16") {
    throw Error(ErrorCode::InvalidArgument,
                "history-precision is '" + history_precision + "' but must be auto, fp32 or bf16");
  }
  check_between("history-size", history_size, 1, 1000);
  check_positive("learning-rate", learning_rate);
  check_not_negative("first-step-length", first_step_length);
  check_not_negative("tolerance-change", tolerance_change);
  check_not_negative("tolerance-gradient", tolerance_gradient);
  check_not_negative("time-limit", time_limit_seconds);
  check_between("change-window", change_window, 1, 1000000);
}

}  // namespace styler
