#include <ATen/core/Tensor.h>

#include <utility>

#include "styler/core/compute/sums.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/loss/style/quantiles.hpp"
#include "styler/core/loss/style/table.hpp"

namespace styler {
namespace {

/// Σ(G−A)² / ΣA² + Σ_c W(F_c, T_c) / Σ_c mean T_c², with the channels c, the style's Gram matrix A and its
/// distributions T; quantile_loss() has W.
///
/// Risser, Wilmot & Barnes (2017), "Stable and Controllable Neural Texture Synthesis and Style Transfer Using Histogram
/// Losses".
class Histogram final : public StyleTerm {
 public:
  Histogram(LayerStatistics style, LossNormalization /*normalization*/, double weight)
      : style_(std::move(style)),
        gram_factor_(weight * reciprocal(sum_of_squares(style_.gram))),
        quantile_factor_(weight * reciprocal_mean_square(style_.quantiles)) {}

  MomentLoss of_moments(const LayerStatistics& picture) const override {
    LossAndGradient of_gram = gram_loss(picture.gram, style_.gram, gram_factor_);
    return {of_gram.loss, std::move(of_gram.gradient), {}};
  }

  LossAndGradient of_features(const at::Tensor& features, const at::Tensor& weights,
                              bool with_gradient) const override {
    return quantile_loss(features, style_.quantiles, {}, quantile_factor_, weights, with_gradient);
  }

 private:
  LayerStatistics style_;
  double gram_factor_;
  double quantile_factor_;
};

}  // namespace

StyleLossKind histogram_style() {
  const auto quantiles = [](const at::Tensor& features, const at::Tensor& weights) {
    return quantiles_of(features, {}, weights);
  };
  return {.by_gram = true,
          .quantiles = quantiles,
          .bytes_per_value = kSortingPerValue,
          .bytes_per_weighted_value = kSortingPerWeightedValue,
          .make_term = make_style_term<Histogram>};
}

}  // namespace styler
