#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// What style losses go by of one layer's features F, which are [1, C, h, w] with weights as gram_sum has them. A loss
/// asks for some of them; the others stay undefined.
struct LayerStatistics {
  at::Tensor gram;       ///< G = Σ w·F·Fᵀ / Σw, [C, C].
  at::Tensor mean;       ///< μ = Σ w·F / Σw, [C].
  at::Tensor quantiles;  ///< [C, kQuantiles], from quantiles_of().

  bool defined() const { return gram.defined() || mean.defined() || quantiles.defined(); }
};

/// Adds `factor` times what is defined.
void add_scaled(LayerStatistics& sum, const LayerStatistics& addend, double factor);
/// Sums divided by those of the weights.
LayerStatistics per_position(LayerStatistics sums, double weight_sum);

/// Σ w·F over the positions, [C]: sums over parts of a picture add up to the whole picture's. Type as for gram_sum.
at::Tensor mean_sum(const at::Tensor& features, const at::Tensor& weights = {});

/// A loss of Gram matrix and mean, with its gradients with respect to both.
struct MomentLoss {
  double loss = 0.0;
  at::Tensor gram_gradient;  ///< Undefined: zero.
  at::Tensor mean_gradient;  ///< Likewise.

  bool has_gradient() const { return gram_gradient.defined() || mean_gradient.defined(); }
};

/// On to the features: gram_feature_gradient, and w/Σw · dL/dμ for every position. Requires one of the gradients.
at::Tensor moment_feature_gradient(const MomentLoss& loss, const at::Tensor& features, double weight_sum,
                                   const at::Tensor& weights = {});

}  // namespace styler
