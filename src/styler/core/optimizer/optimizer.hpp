#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "styler/options/optimizer_options.hpp"

namespace styler {

/// All that an optimiser remembers, by name: restoring it and going on gives the same iterates as never having stopped.
using OptimizerState = std::map<std::string, at::Tensor>;

/// One rule for the next iterate.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Moves `x` in place, given loss and gradient there. Returns false where no step can be made (zero gradient).
  virtual bool step(at::Tensor& x, double loss, const at::Tensor& gradient) = 0;
  /// The last step led somewhere worse and `x` is back where it was: takes a quarter of that step instead. Where there
  /// was no step, `x` stays.
  virtual void step_back(at::Tensor& x) = 0;
  /// Belongs to the iterate that step() or step_back() left last, which after minimize() is not the best one: whoever
  /// wants to go on keeps that iterate too. Costs nothing: the tensors are the optimiser's own, and change with its
  /// next step; whoever wants to keep them clones them.
  virtual OptimizerState state() const = 0;
  /// Copies what `state` holds to the device of `x`, the iterate that it belongs to.
  /// \throws Error{Input} for anything but the state of an optimiser of the same options and an iterate of this shape
  ///         and type; then the optimiser is of no use any more.
  virtual void restore(const OptimizerState& state, const at::Tensor& x) = 0;
};

/// Multiplies a tensor of x's shape, which stays as it is, by a symmetric positive definite matrix.
using Preconditioner = std::function<at::Tensor(const at::Tensor&)>;

/// The method that `options` names: make_lbfgs() or make_adam(), which has no use for a preconditioner.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Preconditioner preconditioner = {});

/// What step_back() leaves of a step.
inline constexpr double kShorten = 0.25;

}  // namespace styler
