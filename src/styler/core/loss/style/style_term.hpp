#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "styler/core/compute/loss_and_gradient.hpp"
#include "styler/core/loss/style/moments.hpp"
#include "styler/options/objective_options.hpp"

namespace styler {

/// How far one layer's features are from those of one style: what each style loss is a class of. Its constructor takes
///
/// - the style's statistics, which it keeps or makes something of,
/// - the constants that multiply the sums,
/// - and the weight that multiplies the loss, >= 0.
class StyleTerm {
 public:
  StyleTerm() = default;
  StyleTerm(const StyleTerm&) = delete;
  StyleTerm& operator=(const StyleTerm&) = delete;
  virtual ~StyleTerm() = default;

  /// The part of the loss that goes by Gram matrix and mean. For losses that have one; of others it is zero.
  virtual MomentLoss of_moments(const LayerStatistics& picture) const;
  /// The part that goes by the features of the whole layer, whose gradient is undefined unless it is asked for. For
  /// losses that have one; of others it is zero.
  virtual LossAndGradient of_features(const at::Tensor& features, const at::Tensor& weights, bool with_gradient) const;
};

/// What there is to know of a style loss before there is a style.
struct StyleLossKind {
  /// Which moments it goes by.
  bool by_gram = false;
  bool by_mean = false;
  /// What it goes by of a whole layer's features, as LayerStatistics::quantiles; null where it goes by moments alone.
  /// needs_whole_layers() of options/style_loss_options.hpp tells the same to those who know no features.
  at::Tensor (*quantiles)(const at::Tensor& features, const at::Tensor& weights) = nullptr;
  /// Multiplies the weight, to make it about as strong as the same weight is for Gram. The Gram loss is of the fourth
  /// order in the features and others of the second, so that there is no exact answer; chosen by looking, and by the
  /// content loss that is left: 0.68 with Gram, 0.61 to 0.71 with the others (one pair, 128 px, 40 iterations;
  /// Wasserstein between 0.64 with 0.4 and 0.75 with 1).
  double comparable_weight = 1;
  /// Memory that it takes beside the features, in bytes for each value that is gone through at a time, and the same
  /// where positions have weights.
  int64_t bytes_per_value = 0;
  int64_t bytes_per_weighted_value = 0;
  std::unique_ptr<StyleTerm> (*make_term)(LayerStatistics&& style, LossNormalization normalization,
                                          double weight) = nullptr;

  bool by_moments() const { return by_gram || by_mean; }
  /// Needs all features of a layer at once, and so no tiles.
  bool by_whole_layers() const { return quantiles != nullptr; }
};

/// For StyleLossKind::make_term.
template <typename Term>
std::unique_ptr<StyleTerm> make_style_term(LayerStatistics&& style, LossNormalization normalization, double weight) {
  return std::make_unique<Term>(std::move(style), normalization, weight);
}

/// Adds the sums that the loss goes by over the positions of a part of the picture.
void add_moments(LayerStatistics& sums, const StyleLossKind& loss, const at::Tensor& features,
                 const at::Tensor& weights);
/// The same for a style, whose quantiles are put beside the sums where the loss goes by them: for whole layers alone.
void add_statistics(LayerStatistics& sums, const StyleLossKind& loss, const at::Tensor& features,
                    const at::Tensor& weights);

}  // namespace styler
