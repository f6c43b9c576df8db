#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/loss/losses.hpp"
#include "styler/options/style_loss_options.hpp"

namespace styler {

/// What a style loss looks at of one layer's features F, which are [1, C, h, w] with weights as gram_sum has them.
/// With A, ν and T_p those of the style picture, ε a little and · the factor's place, the losses are
///
/// | StyleLoss   | of one layer, in the normalisation of LossNormalization::Styler |
/// |-------------|------------------------------------------------------------------|
/// | Gram        | Σ(G−A)² / ΣA² |
/// | GramMean    | Σ(G−A)² / ΣA² + |μ−ν|² / |ν|² |
/// | Wasserstein | (|μ−ν|² + tr(Σ + Σ_s − 2·(Σ_s^½ Σ Σ_s^½)^½)) / tr A, with Σ = G − μμᵀ + ε and Σ_s = A − νν ᵀ + ε |
/// | Histogram   | Σ(G−A)² / ΣA² + Σ_c W(F_c, T_c) / Σ_c mean T_c², with the channels c |
/// | Sliced      | Σ_p W(v_p·F, T_p) / Σ_p mean T_p², with C orthonormal directions v_p |
///
/// each times a constant that makes the same weight about equally strong (style_term.cpp). 1 before that means "as far
/// off as a blank", or 2 where there are two terms.
///
/// - Gram: Gatys, Ecker & Bethge (2016), "Image Style Transfer Using Convolutional Neural Networks". It is the maximum
///   mean discrepancy with the kernel (xᵀy)² (Li et al. 2017, "Demystifying Neural Style Transfer"), and can't tell a
///   high mean from a strong variation.
/// - GramMean: the same discrepancy with the kernel (xᵀy + c)², which is Σ(G−A)² + 2c·|μ−ν|²: the mean is told from the
///   variation. SPST (Galerne et al. 2022) adds means and standard deviations for the same reason.
/// - Wasserstein: the squared 2-Wasserstein distance of the Gaussians that have the features' mean and covariance
///   (Mroueh 2019, "Wasserstein Style Transfer"; style-transfer-pytorch): how far features have to go, and so its
///   gradient draws each feature to where it belongs, in proportion to the distance, where the Gram loss does more for
///   the strongest correlations.
/// - Histogram: Risser, Wilmot & Barnes (2017), "Stable and Controllable Neural Texture Synthesis and Style Transfer
///   Using Histogram Losses".
/// - Sliced: Heitz, Vanhoey, Chambon & Belcour (2021), "A Sliced Wasserstein Loss for Neural Texture Synthesis". They
///   draw new directions for every step; ours stay, since L-BFGS needs the same function at every step.
///
/// W is the squared 2-Wasserstein distance of two one-dimensional distributions: sorted, each value is drawn to the
/// part of the style's distribution that lies at its place.
struct LayerStatistics {
  at::Tensor gram;       ///< G = Σ w·F·Fᵀ / Σw, [C, C]; undefined for Sliced.
  at::Tensor mean;       ///< μ = Σ w·F / Σw, [C]; GramMean and Wasserstein only.
  at::Tensor quantiles;  ///< [C, kQuantiles], from quantiles_of(); Histogram and Sliced only.

  bool defined() const { return gram.defined() || quantiles.defined(); }
};

/// Σ w·F over the positions, [C]: sums over parts of a picture add up to the whole picture's. Type as for gram_sum.
at::Tensor mean_sum(const at::Tensor& features, const at::Tensor& weights = {});

/// A loss of Gram matrix and mean, with its gradients with respect to both.
struct MomentLoss {
  double loss = 0.0;
  at::Tensor gram_gradient;
  at::Tensor mean_gradient;  ///< Undefined: zero.
};

/// gram_factor · Σ(G−A)² + mean_factor · |μ−ν|².
MomentLoss gram_mean_loss(const LayerStatistics& picture, const LayerStatistics& style, double gram_factor,
                          double mean_factor);

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

/// On to the features: gram_feature_gradient, and w/Σw · dL/dμ for every position.
at::Tensor moment_feature_gradient(const MomentLoss& loss, const at::Tensor& features, double weight_sum,
                                   const at::Tensor& weights = {});

/// Values that a distribution is kept in.
inline constexpr int64_t kQuantiles = 2048;

/// C orthonormal directions, [C, C] in float32 with a direction in each row: the same ones every time, so that targets
/// can be kept and averaged.
at::Tensor slicing_directions(int64_t channels, const at::Device& device);

/// The distributions of F along directions: for each the means of its kQuantiles smallest parts to its largest.
/// \param directions  [C, C] or undefined: the channels themselves.
/// \return            [C, kQuantiles], float32 or float64 like the features.
at::Tensor quantiles_of(const at::Tensor& features, const at::Tensor& directions, const at::Tensor& weights = {});

/// factor · Σ_p W(v_p·F, T_p), where W lets each value go to the mean of what lies at its place: nothing is left over
/// when the style has more values. The gradient is that with the order of the values held, which is exact but where two
/// are equal.
///
/// Needs the whole layer. Costs a sort of all features, and for directions two products of the size of F·Fᵀ.
/// \param quantiles  of the style, from quantiles_of() with the same directions.
/// \return           with the gradient with respect to the features; undefined unless `with_gradient`.
LossAndGradient quantile_loss(const at::Tensor& features, const at::Tensor& quantiles, const at::Tensor& directions,
                              double factor, const at::Tensor& weights = {}, bool with_gradient = true);

}  // namespace styler
