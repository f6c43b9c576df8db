#pragma once

#include <vector>

#include "styler/base/text/names.hpp"
#include "styler/options/network/layer.hpp"
#include "styler/options/network/padding.hpp"
#include "styler/options/style_loss_options.hpp"

namespace styler {

/// Which constants multiply the sums; the sums themselves are the same everywhere. With F the features, P the
/// content's, G and A the per-position Gram matrices (core/loss/style/gram_matrix.hpp) and C channels of M positions:
///
/// |             | content, per layer | style, per layer  | total variation    |
/// |-------------|--------------------|-------------------|--------------------|
/// | Gatys       | ½ Σ(F−P)²          | Σ(G−A)² / (4C²)   | Σ|Δ|, 0–255 units  |
/// | NeuralStyle | Σ(F−P)² / (C·M)    | Σ(G−A)² / C⁴      | Σ|Δ|, 0–255 units  |
/// | Styler      | Σ(F−P)² / ΣP²      | Σ(G−A)² / ΣA²     | mean|Δ|, 0–1 units |
///
/// The style column is that of StyleLoss::Gram; core/loss/style has the others, which go with Styler only.
///
/// Gatys, Ecker & Bethge (2016) write Σ(G−A)²/(4N²M²) with undivided Gram matrices and take both pictures to have the
/// same M; dividing each Gram matrix by its own M is the same there and lets the sizes differ. NeuralStyle is what
/// Johnson's tool does in its current PyTorch port (0.5.7). Styler's terms have no unit: 1 means "as far off as a
/// blank", at every size, layer and input convention, and so one pair of weights serves all sizes.
enum class LossNormalization { Styler, NeuralStyle, Gatys };

/// Whose objective to begin with: constants, weights, layers and padding.
enum class Preset {
  Styler,       ///< As shipped.
  NeuralStyle,  ///< Johnson's tool's.
  Gatys,        ///< The paper's.
};

inline constexpr Names<Preset, 3> kPresets{
    {{{Preset::Styler, "styler"}, {Preset::NeuralStyle, "neural-style"}, {Preset::Gatys, "gatys"}}}};

/// How several styles become one. With A_k their Gram matrices and w_k their shares, which sum to 1:
///
/// - Targets: one loss against Σ w_k·A_k, which is the Gram matrix of the paintings laid side by side with areas in
///   these shares. Costs no more than one style, and means the same whatever the normalisation: the default.
///   Johnson's tool does this. Means are averaged likewise, so that GramMean and Wasserstein go by the same laid-out
///   paintings; of Histogram and Sliced the quantiles are averaged, which gives the distributions in the middle (their
///   one-dimensional Wasserstein barycentres).
/// - Losses: Σ w_k · loss against A_k.
///
/// With one factor for all losses the two have the same gradient, since Σ w_k·(G−A_k) = G − Σ w_k·A_k, and so for
/// NeuralStyle and Gatys they differ by a constant alone. Styler divides each loss by the size of its own target, so
/// that with Losses a painting of weak contrast counts for more than with Targets: as if its share were w_k / ΣA_k².
enum class StyleBlend { Targets, Losses };

inline constexpr Names<StyleBlend, 2> kStyleBlends{
    {{{StyleBlend::Targets, "targets"}, {StyleBlend::Losses, "losses"}}}};

/// What is minimised:
/// content_emphasis() · content_weight · content + style_emphasis() · (style_weight · style + tv_weight · tv) + range
/// penalty.
struct ObjectiveOptions {
  LossNormalization normalization = LossNormalization::Styler;
  std::vector<WeightedLayer> content_layers;  ///< None: no content term.
  std::vector<WeightedLayer> style_layers;
  /// How the features of these layers are compared. Gram for any normalisation but Styler.
  StyleLoss style_loss = StyleLoss::Gram;
  StyleBlend style_blend = StyleBlend::Targets;
  double content_weight = 1.0;
  /// Chosen by eye at 256, 512 and 1024 px: 1 leaves a tinted photo, 30 a painting without its subject.
  double style_weight = 5.0;
  /// Total variation: smooths the pixel grid that maximum pooling leaves, without blurring strokes.
  double tv_weight = 1.0;
  /// 0 … 1: from the photo as it is to a painting that ignores it. From a quarter on, whatever the weights are, for
  /// exact minimisers and but for the range penalty, the content term rises with it and the sum of style and smoothness
  /// falls. In the middle the weights are as they stand. See style_emphasis(), and opacity() for the first quarter.
  double strength = 0.5;
  /// Keeps the iterate where a file can hold it: the penalty is this times the mean of (x − clamp(x))² in 0–1 units,
  /// times the size of the other terms (the style term at the content picture and the content term of a blank), so that
  /// it is as firm for every normalisation and weight. Measured at 128 px and 60
  /// iterations: saving costs 15 % of the loss with 0 and nothing with 100, at the same loss of the iterate; 1000 makes
  /// that 4 % larger, 10000 80 %.
  double range_weight = 100.0;
  /// For whoever makes the network (make_vgg19()): Zero, Replicate or Reflect. Other tools pad with zeros, and so do
  /// their presets.
  Padding padding = Padding::Replicate;

  /// 2s² / (s² + (1−s)²) and 2(1−s)² / (s² + (1−s)²), with s the strength, or a quarter where that is between 0 and a
  /// quarter: 1 in the middle, and the one against the other as s² to (1−s)². Squares, because in proportion to s a
  /// quarter is half way to the painting already (by eye, at 192 and 256 px): what is seen goes by the logarithm of the
  /// balance.
  double style_emphasis() const;
  double content_emphasis() const;
  /// How much of what is painted covers the photo: all of it from a strength of a quarter on, below that in proportion
  /// to the strength. The weights can't do that. However little the style weighs, the content term says nothing of a
  /// picture's colours, so that these go to the painting's as far as the iterations let them.
  double opacity() const;

  /// The options as shipped.
  ObjectiveOptions();
  static ObjectiveOptions preset(Preset preset);

  /// \throws Error{InvalidArgument} naming the field, its value, the constraint and the remedy.
  void validate() const;
  /// Those of the style layers that show strokes rather than forms, as Gatys et al. (2017) tell them apart: up to
  /// relu2_1.
  std::vector<WeightedLayer> fine_style_layers() const;
  /// All layers in use, shallow to deep, each once: what the network must tap.
  std::vector<Layer> layers() const;
};

}  // namespace styler
