#include "styler/core/loss/style/style_term.hpp"

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"

namespace styler {

MomentLoss StyleTerm::of_moments(const LayerStatistics& /*picture*/) const { return {}; }

LossAndGradient StyleTerm::of_features(const at::Tensor& /*features*/, const at::Tensor& /*weights*/,
                                       bool /*with_gradient*/) const {
  return {};
}

void add_moments(LayerStatistics& sums, const StyleLossKind& loss, const at::Tensor& features,
                 const at::Tensor& weights) {
  if (loss.by_gram) add_to(sums.gram, gram_sum(features, weights));
  if (loss.by_mean) add_to(sums.mean, mean_sum(features, weights));
}

void add_statistics(LayerStatistics& sums, const StyleLossKind& loss, const at::Tensor& features,
                    const at::Tensor& weights) {
  add_moments(sums, loss, features, weights);
  if (!loss.by_whole_layers()) return;
  STYLER_ASSERT(!sums.quantiles.defined());
  sums.quantiles = loss.quantiles(features, weights);
}

}  // namespace styler
