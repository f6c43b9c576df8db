#include <ATen/core/Tensor.h>

#include <cmath>
#include <utility>

#include "styler/core/compute/sums.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/loss/style/table.hpp"

namespace styler {
namespace {

double gram_factor(LossNormalization normalization, const at::Tensor& gram) {
  const auto channels = static_cast<double>(gram.size(0));
  switch (normalization) {
    case LossNormalization::Gatys:
      return 1.0 / (4 * channels * channels);
    case LossNormalization::NeuralStyle:
      return std::pow(channels, -4);
    case LossNormalization::Styler:
      break;
  }
  return reciprocal(sum_of_squares(gram));
}

/// Σ(G−A)² / ΣA², with A the style's Gram matrix; the table of LossNormalization has the other constants.
///
/// Gatys, Ecker & Bethge (2016), "Image Style Transfer Using Convolutional Neural Networks". It is the maximum mean
/// discrepancy with the kernel (xᵀy)² (Li et al. 2017, "Demystifying Neural Style Transfer"), and can't tell a high
/// mean from a strong variation.
class Gram final : public StyleTerm {
 public:
  Gram(LayerStatistics style, LossNormalization normalization, double weight)
      : style_(std::move(style.gram)), factor_(weight * gram_factor(normalization, style_)) {}

  MomentLoss of_moments(const LayerStatistics& picture) const override {
    LossAndGradient of_gram = gram_loss(picture.gram, style_, factor_);
    return {of_gram.loss, std::move(of_gram.gradient), {}};
  }

 private:
  at::Tensor style_;
  double factor_;
};

}  // namespace

StyleLossKind gram_style() { return {.by_gram = true, .make_term = make_style_term<Gram>}; }

}  // namespace styler
