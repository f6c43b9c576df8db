#include "styler/core/optimizer/minimize.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// A step onto more than this times the last loss is taken back. Unit steps may climb a little and still be on their
/// way down, so the guard only stops those that have left the region where the quadratic model means anything.
constexpr double kJump = 2.0;
/// Steps back without an accepted step in between after which going on is pointless: each quarters the step.
constexpr int kMaxStepsBackInARow = 10;

double largest_entry(const at::Tensor& gradient) { return gradient.abs().max().item<double>(); }

}  // namespace

MinimizerState::MinimizerState(at::Tensor start) : x(std::move(start)), best(x.clone()), accepted(x.clone()) {}

Summary minimize(const Function& function, MinimizerState& state, int64_t iterations, const OptimizerOptions& options,
                 Optimizer& optimizer, const IterationCallback& callback) {
  STYLER_ASSERT(iterations >= 1 && state.summary.iterations < iterations && state.x.is_contiguous());
  const at::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };

  at::Tensor& x = state.x;
  Summary& summary = state.summary;
  const double seconds_before = summary.elapsed_seconds;

  const auto converged = [&](double loss, double gradient_size) -> std::optional<Termination> {
    if (gradient_size <= options.tolerance_gradient) return Termination::Gradient;
    std::vector<double>& recent = state.recent_losses;
    recent.push_back(loss);
    if (static_cast<int64_t>(recent.size()) > options.change_window) {
      const double before = recent.front();
      recent.erase(recent.begin());
      if (std::abs(before - loss) < options.tolerance_change * std::abs(before)) return Termination::RelativeChange;
    }
    return std::nullopt;
  };
  const auto exhausted = [&]() -> std::optional<Termination> {
    if (state.steps_back_in_a_row > kMaxStepsBackInARow) return Termination::NoProgress;
    if (options.time_limit_seconds > 0 && elapsed() >= options.time_limit_seconds) return Termination::TimeLimit;
    if (summary.iterations == iterations) return Termination::Iterations;
    return std::nullopt;
  };

  while (true) {
    const LossAndGradient value = function(x);
    const double gradient_size = largest_entry(value.gradient);
    const bool finite = std::isfinite(value.loss) && std::isfinite(gradient_size);
    const bool first = summary.iterations == 0;
    if (first && !finite) {
      throw Error(
          ErrorCode::Input,
          "the loss is not a finite number at the start; lower the weights of the losses, use --precision fp32, "
          "or check the network with `styler weights verify`");
    }
    summary.elapsed_seconds = seconds_before + elapsed();
    const bool stop = callback && !callback(summary.iterations + 1, value.loss, x);

    ++summary.iterations;
    const bool accept = finite && (first || value.loss <= kJump * state.accepted_loss);
    state.met_infinity = state.met_infinity || !finite;
    state.steps_back_in_a_row = accept ? 0 : state.steps_back_in_a_row + 1;
    if (first) summary.initial_loss = summary.final_loss = value.loss;
    if (accept) summary.last_loss = value.loss;
    if (accept && value.loss <= summary.final_loss) {
      summary.final_loss = value.loss;
      state.best.copy_(x);
    }

    std::optional<Termination> reason;
    if (stop) reason = Termination::StoppedByUser;
    if (!reason && accept) reason = converged(value.loss, gradient_size);
    if (!reason) reason = exhausted();
    if (reason) {
      summary.termination = *reason;
      break;
    }

    if (accept) {
      state.accepted.copy_(x);
      state.accepted_loss = value.loss;
      if (!optimizer.step(x, value.loss, value.gradient)) {
        summary.termination = Termination::Gradient;
        break;
      }
    } else {
      ++summary.steps_back;
      x.copy_(state.accepted);
      optimizer.step_back(x);
    }
  }
  summary.elapsed_seconds = seconds_before + elapsed();
  return summary;
}

Summary minimize(const Function& function, at::Tensor& x, int64_t iterations, const OptimizerOptions& options,
                 Optimizer& optimizer, const IterationCallback& callback) {
  const at::NoGradGuard no_grad;
  MinimizerState state(x);
  const Summary summary = minimize(function, state, iterations, options, optimizer, callback);
  x.copy_(state.best);
  return summary;
}

}  // namespace styler
