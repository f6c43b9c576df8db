#pragma once

#include "styler/core/loss/style/moments.hpp"

namespace styler {

/// gram_factor · Σ(G−A)² + mean_factor · |μ−ν|².
MomentLoss gram_mean_loss(const LayerStatistics& picture, const LayerStatistics& style, double gram_factor,
                          double mean_factor);

}  // namespace styler
