#pragma once

#include "styler/core/loss/style_loss.hpp"
#include "styler/options/objective_options.hpp"

namespace styler {

/// Which of the statistics a loss goes by; needs_whole_layers() for quantiles.
inline bool goes_by_gram(StyleLoss loss) { return loss != StyleLoss::Sliced; }
inline bool goes_by_mean(StyleLoss loss) { return loss == StyleLoss::GramMean || loss == StyleLoss::Wasserstein; }

/// Adds the sums that the loss goes by over the positions of a part of the picture.
void add_moments(LayerStatistics& sums, StyleLoss loss, const at::Tensor& features, const at::Tensor& weights);
/// The same for a style, whose quantiles are put beside the sums where the loss goes by them: for whole layers alone.
void add_statistics(LayerStatistics& sums, StyleLoss loss, const at::Tensor& features, const at::Tensor& weights);
/// Adds `factor` times what is defined.
void add_scaled(LayerStatistics& sum, const LayerStatistics& addend, double factor);
/// Sums divided by those of the weights.
LayerStatistics per_position(LayerStatistics sums, double weight_sum);

/// The style loss of one layer's features against one target, with the constants of the normalisation.
class StyleTerm {
 public:
  /// \param style   the statistics that the loss goes by; taken over.
  /// \param weight  multiplies the loss; >= 0.
  /// Requires StyleLoss::Gram for any normalisation but Styler.
  StyleTerm(StyleLoss loss, LossNormalization normalization, LayerStatistics style, double weight);

  bool counts() const { return weight_ != 0; }
  /// The part that goes by Gram matrix and mean; for losses without one of them zero, with undefined gradients.
  MomentLoss of_moments(const LayerStatistics& picture) const;
  /// The part that goes by the features of the whole layer: for needs_whole_layers(loss) alone.
  LossAndGradient of_features(const at::Tensor& features, const at::Tensor& weights, bool with_gradient) const;

 private:
  StyleLoss loss_;
  double weight_;
  LayerStatistics style_;
  double gram_factor_ = 0.0;
  double mean_factor_ = 0.0;
  double quantile_factor_ = 0.0;
  GaussianTarget gaussian_;  ///< Wasserstein only, which keeps nothing else.
  at::Tensor directions_;    ///< Sliced only.
};

}  // namespace styler
