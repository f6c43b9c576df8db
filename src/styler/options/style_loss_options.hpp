#pragma once

#include "styler/base/text/names.hpp"

namespace styler {

/// How the features of two pictures are compared, layer by layer. The formulas and their
/// sources are in core/loss/style, a file for each.
enum class StyleLoss {
  Gram,         ///< Gram matrices.
  GramMean,     ///< Gram matrices and channels' means.
  Wasserstein,  ///< Gaussians with the features' mean and covariance.
  Histogram,    ///< Gram matrices and channels' distributions.
  Sliced,       ///< Distributions along fixed random directions.
};

inline constexpr Names<StyleLoss, 5> kStyleLosses{{{{StyleLoss::Gram, "gram"},
                                                    {StyleLoss::GramMean, "gram-mean"},
                                                    {StyleLoss::Wasserstein, "wasserstein"},
                                                    {StyleLoss::Histogram, "histogram"},
                                                    {StyleLoss::Sliced, "sliced"}}}};

/// Whether the loss sorts the features of a layer: it needs all of them at once, and so no tiles.
constexpr bool needs_whole_layers(StyleLoss loss) { return loss == StyleLoss::Histogram || loss == StyleLoss::Sliced; }

}  // namespace styler
