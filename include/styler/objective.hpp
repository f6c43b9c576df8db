#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "styler/features.hpp"
#include "styler/objective_options.hpp"
#include "styler/picture.hpp"
#include "styler/schedule.hpp"
#include "styler/tiling.hpp"

namespace styler {

class TiledNetwork;
struct FeaturePart;

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

/// One style of an objective.
struct StylePart {
  StyleTargets targets;
  double weight = 1.0;  ///< Its share; shares are divided by their sum.
};

/// The objective for one content picture at one size. Pixels count as much as they are opaque: where alpha is 0 neither
/// content nor style is looked at. A network sees a little beyond its own position, so the colours there should be a
/// smooth continuation of what is visible, as decode_picture makes them.
class Objective {
 public:
  /// \param network  taps at least options.layers(); must outlive the objective.
  /// \param content  on the network's device; of its alpha, if it has one, something must be above 0.
  /// \param styles   at least one; blended as options.style_blend says. Shares are >= 0, one of them above.
  Objective(const FeatureExtractor& network, const ObjectiveOptions& options, const Picture& content,
            std::vector<StylePart> styles, Tiling tiling = {});
  ~Objective();

  /// From now on goes over pictures in this way.
  void set_tiling(Tiling tiling);

  struct Evaluation {
    LossBreakdown loss;
    at::Tensor gradient;  ///< With respect to `picture`; same shape and dtype.
  };
  /// \param picture  [1, 3, H, W], the content's size, RGB with 1.0 for white.
  Evaluation evaluate(const at::Tensor& picture) const;
  /// The loss alone, at about a third of the cost.
  LossBreakdown loss(const at::Tensor& picture) const;

 private:
  struct Term {
    size_t layer;  ///< Index into FeatureExtractor::layers().
    at::Tensor target;
    double factor;
  };
  /// What is summed up over the parts of a picture.
  struct Sums {
    double content_loss = 0.0;
    std::vector<at::Tensor> grams;  ///< By layer, as from gram_sum; undefined where no style term looks.
  };
  /// All terms, and the gradients of those that features don't enter directly.
  struct Result {
    LossBreakdown loss;
    std::vector<at::Tensor> gram_gradients;  ///< By layer.
    at::Tensor picture_gradient;             ///< Of the terms on the picture itself; undefined for zero.
  };

  void set_weights(const at::Tensor& alpha, Size size);
  at::Tensor weights_of(const FeaturePart& part) const;
  void add(const FeaturePart& part, Sums& sums) const;
  Result result_of(const at::Tensor& picture, const Sums& sums) const;
  at::Tensor feature_gradient(const FeaturePart& part, const Result& result) const;

  std::unique_ptr<TiledNetwork> network_;
  bool wraps_;  ///< The network takes a picture to be a torus, and so do the terms on the picture itself.
  std::vector<Term> content_terms_;
  std::vector<Term> style_terms_;
  /// By layer, for the content's positions, as in losses.hpp; undefined when all count alike.
  std::vector<at::Tensor> weights_;
  std::vector<double> weight_sums_;
  double tv_factor_ = 0.0;
  double range_factor_ = 0.0;
};

/// \param style  on the network's device, any size from min_edge() up; counts where it is opaque, like the content.
StyleTargets compute_style_targets(const FeatureExtractor& network, const ObjectiveOptions& options,
                                   const Picture& style, Tiling tiling = {});

}  // namespace styler
