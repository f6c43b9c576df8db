#include "styler/core/loss/style/gram_mean.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <utility>

#include "styler/core/compute/sums.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/loss/style/table.hpp"

namespace styler {
namespace {

/// Σ(G−A)² / ΣA² + |μ−ν|² / |ν|², with A and ν the style's Gram matrix and mean.
///
/// It is the discrepancy of the Gram loss with the kernel (xᵀy + c)², which is Σ(G−A)² + 2c·|μ−ν|²: the mean is told
/// from the variation. SPST (Galerne et al. 2022) adds means and standard deviations for the same reason.
class GramMean final : public StyleTerm {
 public:
  GramMean(LayerStatistics style, LossNormalization /*normalization*/, double weight)
      : style_(std::move(style)),
        gram_factor_(weight * reciprocal(sum_of_squares(style_.gram))),
        mean_factor_(weight * reciprocal(sum_of_squares(style_.mean))) {}

  MomentLoss of_moments(const LayerStatistics& picture) const override {
    return gram_mean_loss(picture, style_, gram_factor_, mean_factor_);
  }

 private:
  LayerStatistics style_;
  double gram_factor_;
  double mean_factor_;
};

}  // namespace

MomentLoss gram_mean_loss(const LayerStatistics& picture, const LayerStatistics& style, double gram_factor,
                          double mean_factor) {
  LossAndGradient of_gram = gram_loss(picture.gram, style.gram, gram_factor);
  at::Tensor difference = picture.mean - style.mean;
  const double of_mean = mean_factor * sum_of_squares(difference);
  return {of_gram.loss + of_mean, std::move(of_gram.gradient), difference.mul_(2 * mean_factor)};
}

StyleLossKind gram_mean_style() { return {.by_gram = true, .by_mean = true, .make_term = make_style_term<GramMean>}; }

}  // namespace styler
