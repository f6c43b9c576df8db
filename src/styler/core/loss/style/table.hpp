#pragma once

#include <map>

#include "styler/base/error.hpp"
#include "styler/core/loss/style/style_term.hpp"
#include "styler/options/style_loss_options.hpp"

namespace styler {

// Each in the file of its name, with its formula and where it comes from.
StyleLossKind gram_style();
StyleLossKind gram_mean_style();
StyleLossKind wasserstein_style();
StyleLossKind histogram_style();
StyleLossKind sliced_style();

/// What there is to know of this style loss.
inline const StyleLossKind& style_loss_kind(StyleLoss loss) {
  static const std::map<StyleLoss, StyleLossKind> kKinds = {{StyleLoss::Gram, gram_style()},
                                                            {StyleLoss::GramMean, gram_mean_style()},
                                                            {StyleLoss::Wasserstein, wasserstein_style()},
                                                            {StyleLoss::Histogram, histogram_style()},
                                                            {StyleLoss::Sliced, sliced_style()}};
  const auto kind = kKinds.find(loss);
  STYLER_ASSERT(kind != kKinds.end());
  return kind->second;
}

}  // namespace styler
