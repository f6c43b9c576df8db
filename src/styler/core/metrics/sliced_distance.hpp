#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace styler {

/// 3·D times the mean, over random directions, of the squared 2-Wasserstein distance of the two sets' projections, as
/// torch-fidelity's MIND has it: 0 for equal sets alone, and of use for few pictures, where covariances are singular.
/// The distance along a direction is exact for sets of different sizes too.
/// \param a, b  [N, D] and [M, D], N and M at least 1 (STYLER_ASSERT).
double sliced_distance(const at::Tensor& a, const at::Tensor& b, int64_t directions = 1000, uint64_t seed = 2020);

}  // namespace styler
