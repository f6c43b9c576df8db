#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>

namespace styler {

/// Adds in place. Undefined stands for zero on both sides; an undefined `sum` takes the memory of `addend`.
inline void add_to(at::Tensor& sum, const at::Tensor& addend) {
  if (addend.defined()) sum = sum.defined() ? sum.add_(addend) : addend;
}

/// Σ v², summed in float64. Waits for the device.
inline double sum_of_squares(const at::Tensor& values) { return values.square().sum(at::kDouble).item<double>(); }

/// A divisor that is zero for a target of nothing (a black picture's features, say) would make the loss infinite.
inline double reciprocal(double value) { return 1.0 / std::max(value, 1e-12); }

}  // namespace styler
