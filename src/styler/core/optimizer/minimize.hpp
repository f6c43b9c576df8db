#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "styler/base/text/names.hpp"
#include "styler/core/compute/loss_and_gradient.hpp"
#include "styler/core/optimizer/optimizer.hpp"
#include "styler/options/optimizer_options.hpp"

namespace styler {

/// Why minimize() came back.
enum class Termination {
  Iterations,      ///< All iterations were done.
  RelativeChange,  ///< tolerance_change was met.
  Gradient,        ///< tolerance_gradient was met.
  TimeLimit,       ///< time_limit_seconds was reached.
  StoppedByUser,   ///< The callback asked for it.
  NoProgress,      ///< The guard stepped back time after time and no step lowered the loss.
  OutOfMemory,     ///< Not from minimize(): stylize() ended here, since memory ran out and no plan took less.
};

inline constexpr Names<Termination, 7> kTerminations{{{{Termination::Iterations, "iterations"},
                                                       {Termination::RelativeChange, "relative change"},
                                                       {Termination::Gradient, "gradient"},
                                                       {Termination::TimeLimit, "time limit"},
                                                       {Termination::StoppedByUser, "stopped by user"},
                                                       {Termination::NoProgress, "no progress"},
                                                       {Termination::OutOfMemory, "out of memory"}}}};

/// What minimize() did. The variable holds the best iterate whatever the reason.
struct Summary {
  Termination termination = Termination::Iterations;
  int64_t iterations = 0;        ///< Evaluations of the objective.
  int64_t steps_back = 0;        ///< How often the guard rejected a step.
  double initial_loss = 0.0;     ///< At the start.
  double final_loss = 0.0;       ///< Of the iterate that is returned: the lowest seen.
  double last_loss = 0.0;        ///< Of the last iterate that was evaluated.
  double elapsed_seconds = 0.0;  ///< Wall time; of a run that was resumed, of all its parts.
};

/// The function to minimise: loss at `x`, and its gradient in x's shape and dtype.
using Function = std::function<LossAndGradient(const at::Tensor& x)>;
/// Called after every evaluation, with the iterate that was evaluated, whether it is kept or taken back (then `loss`
/// may be no finite number); returns false to stop. Comes before the evaluation has any effect: MinimizerState and the
/// optimiser's state are still those from which it can be done again.
using IterationCallback = std::function<bool(int64_t iteration, double loss, const at::Tensor& x)>;

/// Where minimize() stands between two evaluations. Together with the optimiser's state all that it needs to go on as
/// if it had never stopped.
struct MinimizerState {
  MinimizerState() = default;
  /// The beginning. Keeps `x` itself, which must be contiguous, and two copies of it.
  explicit MinimizerState(at::Tensor start);

  at::Tensor x;         ///< What is evaluated next.
  at::Tensor best;      ///< The iterate of the lowest loss so far.
  at::Tensor accepted;  ///< The last point that was not rejected: where a rejected step returns to.
  double accepted_loss = 0.0;
  std::vector<double> recent_losses;  ///< Of the iterates that were kept, the oldest first; at most change_window.
  int64_t steps_back_in_a_row = 0;
  bool met_infinity = false;  ///< Whether a step has led to a loss that is no finite number; not kept in files.
  Summary summary;            ///< So far; its termination means nothing yet.
};

/// Minimises `function` from `state` on, until it has been evaluated `iterations` times since the beginning. The result
/// is `state.best`. A step onto a loss that is not finite, or more than twice the last one, is taken back and
/// shortened. When `function` throws, `state` and `optimizer` are as they were before that evaluation, and minimize()
/// can be called again. The time limit is for this call alone.
/// \throws Error{Input} when the loss is not finite at the start, and whatever `function` throws.
Summary minimize(const Function& function, MinimizerState& state, int64_t iterations, const OptimizerOptions& options,
                 Optimizer& optimizer, const IterationCallback& callback = {});

/// The same from `x` on; leaves the best iterate in `x`.
Summary minimize(const Function& function, at::Tensor& x, int64_t iterations, const OptimizerOptions& options,
                 Optimizer& optimizer, const IterationCallback& callback = {});

}  // namespace styler
