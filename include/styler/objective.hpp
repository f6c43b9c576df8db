#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>
#include <vector>

#include "styler/features.hpp"
#include "styler/layer.hpp"
#include "styler/picture.hpp"

namespace styler {

/// Which constants multiply the sums; the sums themselves are the same everywhere. With F the features, P the
/// content's, G and A the per-position Gram matrices (losses.hpp) and C channels of M positions:
///
/// |             | content, per layer | style, per layer  | total variation    |
/// |-------------|--------------------|-------------------|--------------------|
/// | Gatys       | ½ Σ(F−P)²          | Σ(G−A)² / (4C²)   | Σ|Δ|, 0–255 units  |
/// | NeuralStyle | Σ(F−P)² / (C·M)    | Σ(G−A)² / C⁴      | Σ|Δ|, 0–255 units  |
/// | Styler      | Σ(F−P)² / ΣP²      | Σ(G−A)² / ΣA²     | mean|Δ|, 0–1 units |
///
/// Gatys, Ecker & Bethge (2016) write Σ(G−A)²/(4N²M²) with undivided Gram matrices and take both pictures to have the
/// same M; dividing each Gram matrix by its own M is the same there and lets the sizes differ. NeuralStyle is what
/// Johnson's tool does in its current PyTorch port (0.5.7). Styler's terms have no unit: 1 means "as far off as a
/// blank", at every size, layer and input convention, and so one pair of weights serves all sizes.
enum class LossNormalization { Styler, NeuralStyle, Gatys };

/// What is minimised: content_weight · content + style_weight · style + tv_weight · tv + range penalty.
struct ObjectiveOptions {
  LossNormalization normalization = LossNormalization::Styler;
  std::vector<WeightedLayer> content_layers;
  std::vector<WeightedLayer> style_layers;
  double content_weight = 1.0;
  /// Chosen by eye at 256, 512 and 1024 px: 1 leaves a tinted photo, 30 a painting without its subject.
  double style_weight = 5.0;
  /// Total variation: smooths the pixel grid that maximum pooling leaves, without blurring strokes.
  double tv_weight = 1.0;
  /// Keeps the iterate where a file can hold it: the penalty is this times the mean of (x − clamp(x))² in 0–1 units,
  /// times the size of the other terms (the style term at the content picture and the content term of a blank), so that
  /// it is as firm for every normalisation and weight. Measured at 128 px and 60
  /// iterations: saving costs 15 % of the loss with 0 and nothing with 100, at the same loss of the iterate; 1000 makes
  /// that 4 % larger, 10000 80 %.
  double range_weight = 100.0;

  /// The options as shipped.
  ObjectiveOptions();
  /// `styler` (the default), `neural-style` or `gatys`.
  /// \throws Error{InvalidArgument} for another name.
  static ObjectiveOptions preset(std::string_view name);

  /// \throws Error{InvalidArgument} naming the field, its value, the constraint and the remedy.
  void validate() const;
  /// All layers in use, shallow to deep, each once: what the network must tap.
  std::vector<Layer> layers() const;
};

/// The weighted terms of one evaluation. `total` is their sum.
struct LossBreakdown {
  double content = 0.0;
  double style = 0.0;
  double tv = 0.0;
  double range = 0.0;
  double total = 0.0;
};

/// Gram matrices of a style picture, one per entry of ObjectiveOptions::style_layers. Independent of the content, so
/// they can be computed once and used for many contents.
struct StyleTargets {
  std::vector<at::Tensor> grams;
};

/// The objective for one content picture at one size. Pixels count as much as they are opaque: where alpha is 0 neither
/// content nor style is looked at. A network sees a little beyond its own position, so the colours there should be a
/// smooth continuation of what is visible, as decode_picture makes them.
class Objective {
 public:
  /// \param network  taps at least options.layers(); must outlive the objective.
  /// \param content  on the network's device; of its alpha, if it has one, something must be above 0.
  Objective(const FeatureExtractor& network, const ObjectiveOptions& options, const Picture& content,
            StyleTargets style);

  struct Evaluation {
    LossBreakdown loss;
    at::Tensor gradient;  ///< With respect to `picture`; same shape and dtype.
  };
  /// \param picture  [1, 3, H, W], the content's size, RGB with 1.0 for white.
  Evaluation evaluate(const at::Tensor& picture) const;
  /// The loss alone, at about a third of the cost.
  LossBreakdown loss(const at::Tensor& picture) const;

 private:
  struct LayerTerm {
    size_t feature;  ///< Index into FeatureExtractor::layers().
    at::Tensor target;
    at::Tensor weights;  ///< Of the positions, as in losses.hpp; undefined when all count alike.
    double factor;
  };

  LossBreakdown accumulate(const at::Tensor& picture, const std::vector<at::Tensor>& features,
                           std::vector<at::Tensor>* feature_gradients, at::Tensor* picture_gradient) const;

  const FeatureExtractor& network_;
  std::vector<LayerTerm> content_terms_;
  std::vector<LayerTerm> style_terms_;
  double tv_factor_ = 0.0;
  double range_factor_ = 0.0;
};

/// \param style  on the network's device, any size from min_edge() up; counts where it is opaque, like the content.
StyleTargets compute_style_targets(const FeatureExtractor& network, const ObjectiveOptions& options,
                                   const Picture& style);

}  // namespace styler
