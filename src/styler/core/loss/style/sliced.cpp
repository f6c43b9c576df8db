#include <ATen/core/Tensor.h>

#include <utility>

#include "styler/core/loss/style/quantiles.hpp"
#include "styler/core/loss/style/table.hpp"

namespace styler {
namespace {

/// Σ_p W(v_p·F, T_p) / Σ_p mean T_p², with C orthonormal directions v_p and the style's distributions T along them;
/// quantile_loss() has W.
///
/// Heitz, Vanhoey, Chambon & Belcour (2021), "A Sliced Wasserstein Loss for Neural Texture Synthesis". They draw new
/// directions for every step; ours stay, since L-BFGS needs the same function at every step.
class Sliced final : public StyleTerm {
 public:
  Sliced(LayerStatistics style, LossNormalization /*normalization*/, double weight)
      : quantiles_(std::move(style.quantiles)),
        directions_(slicing_directions(quantiles_.size(0), quantiles_.device())),
        factor_(weight * reciprocal_mean_square(quantiles_)) {}

  LossAndGradient of_features(const at::Tensor& features, const at::Tensor& weights,
                              bool with_gradient) const override {
    return quantile_loss(features, quantiles_, directions_, factor_, weights, with_gradient);
  }

 private:
  at::Tensor quantiles_;
  at::Tensor directions_;
  double factor_;
};

}  // namespace

StyleLossKind sliced_style() {
  const auto quantiles = [](const at::Tensor& features, const at::Tensor& weights) {
    return quantiles_of(features, slicing_directions(features.size(1), features.device()), weights);
  };
  return {.quantiles = quantiles,
          .comparable_weight = 4,
          .bytes_per_value = kSortingPerValue,
          .bytes_per_weighted_value = kSortingPerWeightedValue,
          .make_term = make_style_term<Sliced>};
}

}  // namespace styler
