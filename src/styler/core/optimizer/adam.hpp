#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "styler/core/optimizer/optimizer.hpp"

namespace styler {

/// The running averages of Adam (Kingma & Ba 2015, algorithm 1), and the step that they make.
struct AdamMoments {
  double mean_share = 0.9;      ///< β1: how much of the average stays at each step.
  double square_share = 0.999;  ///< β2
  int64_t steps = 0;
  at::Tensor mean, square;  ///< Of gradients and of their squares; undefined before the first.

  void add(const at::Tensor& gradient);
  /// Moves `x` in place. Requires a gradient to have been added.
  void move(at::Tensor& x, double learning_rate) const;
};

/// Adam with the paper's constants.
std::unique_ptr<Optimizer> make_adam(double learning_rate);

}  // namespace styler
