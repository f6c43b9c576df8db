#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <cmath>
#include <deque>
#include <optional>

#include "styler/error.hpp"
#include "styler/optimizer.hpp"

namespace styler {
namespace {

/// A step onto more than this times the last loss is taken back. Unit steps may climb a little and still be on their
/// way down, so the guard only stops those that have left the region where the quadratic model means anything.
constexpr double kJump = 2.0;
/// Steps back without an accepted step in between after which going on is pointless: each quarters the step.
constexpr int kMaxStepsBackInARow = 10;

void check_not_negative(const char* field, double value) {
  if (!std::isfinite(value) || value < 0) {
    throw Error(ErrorCode::InvalidArgument,
                std::string(field) + " is " + std::to_string(value) + " but must be a number >= 0");
  }
}

double largest_entry(const at::Tensor& gradient) { return gradient.abs().max().item<double>(); }

}  // namespace

void OptimizerOptions::validate() const {
  if (method != "lbfgs" && method != "adam") {
    throw Error(ErrorCode::InvalidArgument, "optimizer is '" + method + "' but must be lbfgs or adam");
  }
  if (history_size < 1 || history_size > 1000) {
    throw Error(ErrorCode::InvalidArgument,
                "history-size is " + std::to_string(history_size) + " but must lie between 1 and 1000");
  }
  if (!std::isfinite(learning_rate) || learning_rate <= 0) {
    throw Error(ErrorCode::InvalidArgument,
                "learning-rate is " + std::to_string(learning_rate) + " but must be a number above 0");
  }
  check_not_negative("first-step-length", first_step_length);
  check_not_negative("tolerance-change", tolerance_change);
  check_not_negative("tolerance-gradient", tolerance_gradient);
  check_not_negative("time-limit", time_limit_seconds);
  if (change_window < 1) {
    throw Error(ErrorCode::InvalidArgument,
                "change-window is " + std::to_string(change_window) + " but must be at least 1");
  }
}

std::string_view termination_name(Termination termination) {
  switch (termination) {
    case Termination::Iterations:
      return "iterations";
    case Termination::RelativeChange:
      return "relative change";
    case Termination::Gradient:
      return "gradient";
    case Termination::TimeLimit:
      return "time limit";
    case Termination::StoppedByUser:
      return "stopped by user";
    case Termination::NoProgress:
      return "no progress";
  }
  STYLER_ASSERT(!"unknown termination");
  return {};
}

Summary minimize(const Function& function, at::Tensor& x, int64_t iterations, const OptimizerOptions& options,
                 Optimizer& optimizer, const IterationCallback& callback) {
  STYLER_ASSERT(iterations >= 1 && x.is_contiguous());
  const at::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };

  Summary summary;
  at::Tensor best = x.clone();
  // The last accepted point, which a rejected step returns to.
  at::Tensor accepted = x.clone();
  double accepted_loss = 0;
  std::deque<double> recent_losses;
  int steps_back_in_a_row = 0;

  const auto reason_to_stop = [&](double loss, double gradient_size) -> std::optional<Termination> {
    if (callback && !callback(summary.iterations, loss, x)) return Termination::StoppedByUser;
    if (gradient_size <= options.tolerance_gradient) return Termination::Gradient;
    recent_losses.push_back(loss);
    if (static_cast<int64_t>(recent_losses.size()) > options.change_window) {
      const double before = recent_losses.front();
      recent_losses.pop_front();
      if (std::abs(before - loss) < options.tolerance_change * std::abs(before)) return Termination::RelativeChange;
    }
    if (options.time_limit_seconds > 0 && elapsed() >= options.time_limit_seconds) return Termination::TimeLimit;
    if (summary.iterations == iterations) return Termination::Iterations;
    return std::nullopt;
  };

  while (true) {
    const LossGradient value = function(x);
    ++summary.iterations;
    const double gradient_size = largest_entry(value.gradient);
    const bool finite = std::isfinite(value.loss) && std::isfinite(gradient_size);
    if (summary.iterations == 1) {
      if (!finite) {
        throw Error(ErrorCode::Input,
                    "the loss is not a finite number at the start; lower the weights, or use --precision fp32");
      }
      summary.initial_loss = summary.final_loss = value.loss;
    } else if (!finite || value.loss > kJump * accepted_loss) {
      ++summary.steps_back;
      x.copy_(accepted);
      if (++steps_back_in_a_row > kMaxStepsBackInARow) {
        summary.termination = Termination::NoProgress;
        break;
      }
      if (summary.iterations == iterations) break;
      optimizer.step_back(x);
      continue;
    }

    steps_back_in_a_row = 0;
    summary.last_loss = value.loss;
    if (value.loss <= summary.final_loss) {
      summary.final_loss = value.loss;
      best.copy_(x);
    }
    if (const auto reason = reason_to_stop(value.loss, gradient_size)) {
      summary.termination = *reason;
      break;
    }
    accepted.copy_(x);
    accepted_loss = value.loss;
    if (!optimizer.step(x, value.loss, value.gradient)) {
      summary.termination = Termination::Gradient;
      break;
    }
  }
  x.copy_(best);
  summary.elapsed_seconds = elapsed();
  return summary;
}

}  // namespace styler
