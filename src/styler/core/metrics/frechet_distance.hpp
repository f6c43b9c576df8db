#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/metrics/feature_statistics.hpp"

namespace styler {

/// A Gaussian as a Fréchet distance goes by it: what takes long of its covariance is done, once for all distances.
struct Gaussian {
  at::Tensor mean;   ///< [D], float64.
  at::Tensor root;   ///< R with Σ = R·Rᵀ, [D, r], float64.
  double trace = 0;  ///< Of Σ.
};

/// Takes 1 s for D = 2048. Covariances of fewer pictures than dimensions are as good as others: their zeros are left
/// out, which makes distances quicker.
/// Requires (STYLER_ASSERT) finite numbers.
Gaussian gaussian_of(const FeatureStatistics& statistics);
/// Of the rows [N, D] themselves, N at least 2, which are a root where they are fewer than D: nothing is decomposed.
Gaussian gaussian_of_rows(const at::Tensor& rows);

/// ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½): the squared Fréchet distance (2-Wasserstein distance) of two Gaussians with
/// these means and covariances (Dowson & Landau 1982), which over features of Inception v3 is FID (Heusel et al. 2017).
///
/// tr(Σ₁Σ₂)^½ is the sum of the singular values of Σ₁^½·Σ₂^½. No root of a matrix that rounding has made indefinite is
/// taken, and nothing is added to the diagonals (pytorch-fid adds 1e-6 where its root fails).
/// Requires (STYLER_ASSERT) equal dimensions. \returns at least 0.
double frechet_distance(const Gaussian& a, const Gaussian& b);
double frechet_distance(const FeatureStatistics& a, const FeatureStatistics& b);

}  // namespace styler
