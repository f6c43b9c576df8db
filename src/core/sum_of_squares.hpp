#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// Σ v², summed in float64. Waits for the device.
inline double sum_of_squares(const at::Tensor& values) { return values.square().sum(at::kDouble).item<double>(); }

}  // namespace styler
