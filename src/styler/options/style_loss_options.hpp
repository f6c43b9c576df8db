#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace styler {

/// How the features of two pictures are compared, layer by layer: style_loss.hpp has the formulas and their sources.
enum class StyleLoss {
  Gram,         ///< Gram matrices.
  GramMean,     ///< Gram matrices and channels' means.
  Wasserstein,  ///< Gaussians with the features' mean and covariance.
  Histogram,    ///< Gram matrices and channels' distributions.
  Sliced,       ///< Distributions along fixed random directions.
};

/// All there are, as --style-loss spells them: `gram` (the default), `gram-mean`, `wasserstein`, `histogram`, `sliced`.
std::vector<std::string> style_loss_names();
std::string style_loss_name(StyleLoss loss);
/// \throws Error{InvalidArgument} for another name.
StyleLoss parse_style_loss(std::string_view name);

/// Whether the loss sorts the features of a layer: it needs all of them at once, and so no tiles.
bool needs_whole_layers(StyleLoss loss);

}  // namespace styler
