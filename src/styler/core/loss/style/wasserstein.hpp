#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/loss/style/moments.hpp"

namespace styler {

/// A Gaussian, prepared to measure distances from it.
struct GaussianTarget {
  at::Tensor mean;
  at::Tensor root;       ///< Σ_s^½ in float64, [C, C].
  double trace = 0.0;    ///< tr Σ_s.
  double epsilon = 0.0;  ///< Is added to the diagonal of both covariances.
};
/// ε is 1e-3 of the mean of F²: where features are fewer than channels, or some channels silent, covariances are
/// singular, and their distance has no gradient there. It stays the distance of two Gaussians, 0 for equal ones.
/// Costs an eigendecomposition in float64.
GaussianTarget gaussian_target(const LayerStatistics& style);

/// factor · (|μ−ν|² + tr(Σ + Σ_s − 2·(Σ_s^½ Σ Σ_s^½)^½)). The gradient with respect to Σ is 1 − T, with T the matrix
/// that takes one Gaussian to the other: T Σ T = Σ_s. Costs an eigendecomposition of [C, C] in float64, since
/// the roots of what float32 leaves of small eigenvalues would be noise.
MomentLoss wasserstein_loss(const LayerStatistics& picture, const GaussianTarget& style, double factor);

}  // namespace styler
