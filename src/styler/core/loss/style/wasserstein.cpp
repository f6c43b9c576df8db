#include "styler/core/loss/style/wasserstein.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/loss/style/table.hpp"

namespace styler {
namespace {

/// Of the mean of F², see gaussian_target().
constexpr double kSoftening = 1e-3;

/// Σ = G − μμᵀ in float64, with ε on its diagonal.
at::Tensor covariance(const LayerStatistics& statistics, double epsilon) {
  const at::Tensor mean = statistics.mean.to(at::kDouble);
  at::Tensor result = statistics.gram.to(at::kDouble) - at::outer(mean, mean);
  result.diagonal().add_(epsilon);
  return result;
}

/// Eigenvalues of what is not finite are an exception; a loss that is not finite is one that the minimiser steps back
/// from.
bool is_finite(const at::Tensor& matrix) { return std::isfinite(matrix.sum().item<double>()); }

/// (|μ−ν|² + tr(Σ + Σ_s − 2·(Σ_s^½ Σ Σ_s^½)^½)) / tr A, with A and ν the style's Gram matrix and mean, Σ = G − μμᵀ + ε
/// and Σ_s = A − ννᵀ + ε.
///
/// It is the squared 2-Wasserstein distance of the Gaussians that have the features' mean and covariance (Mroueh 2019,
/// "Wasserstein Style Transfer"; style-transfer-pytorch): how far features have to go, and so its gradient draws each
/// feature to where it belongs, in proportion to the distance, where the Gram loss does more for the strongest
/// correlations.
class Wasserstein final : public StyleTerm {
 public:
  Wasserstein(const LayerStatistics& style, LossNormalization /*normalization*/, double weight)
      : style_(gaussian_target(style)), factor_(weight * reciprocal(style.gram.trace().item<double>())) {}

  MomentLoss of_moments(const LayerStatistics& picture) const override {
    return wasserstein_loss(picture, style_, factor_);
  }

 private:
  GaussianTarget style_;
  double factor_;
};

}  // namespace

GaussianTarget gaussian_target(const LayerStatistics& style) {
  GaussianTarget target;
  const auto channels = static_cast<double>(style.gram.size(0));
  target.epsilon = std::max(kSoftening * style.gram.trace().item<double>() / channels, 1e-12);
  target.mean = style.mean;
  const at::Tensor own = covariance(style, target.epsilon);
  if (!is_finite(own)) {
    target.root = at::zeros_like(own);
    target.trace = std::numeric_limits<double>::infinity();
    return target;
  }
  const auto [values, vectors] = at::linalg_eigh(own);
  const at::Tensor positive = values.clamp_min(target.epsilon);  // what rounding took below
  target.root = at::mm(vectors * positive.sqrt(), vectors.t());
  target.trace = positive.sum().item<double>();
  return target;
}

MomentLoss wasserstein_loss(const LayerStatistics& picture, const GaussianTarget& style, double factor) {
  STYLER_ASSERT(picture.gram.dim() == 2 && picture.gram.sizes() == style.root.sizes());
  const at::Tensor own = covariance(picture, style.epsilon);
  if (!is_finite(own)) {
    return {std::numeric_limits<double>::infinity(), at::zeros_like(picture.gram), at::zeros_like(picture.mean)};
  }
  const auto [values, vectors] = at::linalg_eigh(at::mm(at::mm(style.root, own), style.root));
  const at::Tensor roots = values.clamp_min(style.epsilon * style.epsilon).sqrt();
  const at::Tensor mean_difference = picture.mean.to(at::kDouble) - style.mean.to(at::kDouble);
  const double of_covariances = own.trace().item<double>() + style.trace - 2 * roots.sum().item<double>();

  // T = Σ_s^½ (Σ_s^½ Σ Σ_s^½)^-½ Σ_s^½
  const at::Tensor halves = at::mm(style.root, vectors / roots.sqrt());
  at::Tensor of_covariance = at::mm(halves, halves.t()).neg_();
  of_covariance.diagonal().add_(1);
  // μ enters through Σ as well.
  const at::Tensor of_mean = 2 * (mean_difference - at::mv(of_covariance, picture.mean.to(at::kDouble)));
  const at::ScalarType type = picture.gram.scalar_type();
  return {factor * (sum_of_squares(mean_difference) + of_covariances), (of_covariance * factor).to(type),
          (of_mean * factor).to(type)};
}

StyleLossKind wasserstein_style() {
  return {.by_gram = true, .by_mean = true, .comparable_weight = 0.5, .make_term = make_style_term<Wasserstein>};
}

}  // namespace styler
