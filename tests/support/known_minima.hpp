#pragma once

#include <ATen/ATen.h>

#include "styler/core/optimizer/minimize.hpp"
#include "support/test_device.hpp"

// Functions whose minima are known, to try optimisers with.
namespace support {

/// Σ 100 (x[2i+1] − x[2i]²)² + (1 − x[2i])²: minimum 0 at ones.
inline styler::LossAndGradient rosenbrock(const at::Tensor& x) {
  const at::Tensor even = x.slice(0, 0, x.size(0), 2);
  const at::Tensor odd = x.slice(0, 1, x.size(0), 2);
  const at::Tensor valley = odd - even.square();
  at::Tensor gradient = at::zeros_like(x);
  gradient.slice(0, 0, x.size(0), 2).copy_(-400 * even * valley - 2 * (1 - even));
  gradient.slice(0, 1, x.size(0), 2).copy_(200 * valley);
  return {(100 * valley.square() + (1 - even).square()).sum().item<double>(), gradient};
}

inline at::Tensor rosenbrock_start() { return at::tensor({-1.2, 1.0, -0.5, 0.8, 1.5, 1.2}, on_device(at::kDouble)); }

/// ½ Σ d·x², d from 1 to 1000.
inline styler::LossAndGradient bowl(const at::Tensor& x) {
  const at::Tensor d = at::logspace(0, 3, x.size(0), 10.0, x.options());
  return {0.5 * (d * x.square()).sum().item<double>(), d * x};
}

inline styler::Summary run_optimizer(const styler::Function& function, at::Tensor& x, int64_t iterations,
                                     const styler::OptimizerOptions& options = {},
                                     const styler::IterationCallback& callback = {}) {
  const auto optimizer = styler::make_optimizer(options);
  return styler::minimize(function, x, iterations, options, *optimizer, callback);
}

}  // namespace support
