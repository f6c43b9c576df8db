#pragma once

#include "styler/core/metrics/feature_statistics.hpp"

namespace styler {

/// ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½): the squared Fréchet distance (2-Wasserstein distance) of two Gaussians with
/// these means and covariances (Dowson & Landau 1982), which over features of Inception v3 is FID (Heusel et al. 2017).
///
/// tr(Σ₁Σ₂)^½ is the sum of the singular values of Σ₁^½·Σ₂^½. No root of a matrix that rounding has made indefinite is
/// taken, nothing is added to the diagonals (pytorch-fid adds 1e-6 where its root fails), and covariances of fewer
/// pictures than dimensions are as good as others: their zeros are left out, which makes them quicker.
/// Takes 2 s for D = 2048.
/// Requires (STYLER_ASSERT) equal dimensions and finite numbers. \returns at least 0.
double frechet_distance(const FeatureStatistics& a, const FeatureStatistics& b);

}  // namespace styler
