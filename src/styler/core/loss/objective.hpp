#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "styler/core/loss/nearness.hpp"
#include "styler/core/loss/position_weights.hpp"
#include "styler/core/loss/style/moments.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/network/tiling.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/options/objective_options.hpp"
#include "styler/options/scales.hpp"

namespace styler {

class TiledNetwork;
struct FeaturePart;
struct StyleLossKind;

/// The weighted terms of one evaluation. `total` is their sum.
struct LossBreakdown {
  double content = 0.0;
  double style = 0.0;
  double tv = 0.0;
  double range = 0.0;
  double total = 0.0;
  double temporal = 0.0;  ///< Of Objective::hold_near(); 0 without.
};

/// What the style loss looks at of a style picture: one per entry of ObjectiveOptions::style_layers. Independent of the
/// content, so that it can be computed once and used for many contents. Undefined for layers of which the part of the
/// picture that counts has less than kLeastPositions.
struct StyleTargets {
  std::vector<LayerStatistics> layers;
};

/// One style of an objective.
struct StylePart {
  StyleTargets targets;
  double weight = 1.0;  ///< Its share; shares are divided by their sum over the styles of the region.
  size_t region = 0;    ///< Index into the regions that the objective is given.
};

/// The objective for one content picture at one size. Pixels count as much as they are opaque: where alpha is 0 neither
/// content nor style is looked at. A network sees a little beyond its own position, so the colours there should be a
/// smooth continuation of what is visible, as decode_picture makes them.
///
/// With regions every style is for one of them, and a style term is of one layer in one region: of features weighted as
/// position_weights() says, against the styles of this region alone. It is left out where the region or all of its
/// styles are too small for the layer. Terms count in proportion to what the region has of the layer, so that a feature
/// within is pulled as strongly as if there were no regions; Gatys et al. (2017) give every region the same weight, and
/// small ones pull harder.
class Objective {
 public:
  /// \param network  taps at least options.layers(); must outlive the objective.
  /// \param content  on the network's device; of its alpha, if it has one, something must be above 0.
  /// \param styles   none: no style term; those of a region are blended as options.style_blend says. Shares are >= 0,
  /// one of
  ///                 them above in each region that has styles.
  /// \param regions  of the content's size and on the network's device: [1, 1, H, W] in [0, 1], how far each pixel
  ///                 belongs to the region. Empty: one region, which is everything.
  Objective(const FeatureExtractor& network, const ObjectiveOptions& options, const Picture& content,
            const std::vector<StylePart>& styles, Tiling tiling = {}, const std::vector<at::Tensor>& regions = {});
  ~Objective();

  /// From now on goes over pictures in this way.
  void set_tiling(Tiling tiling);
  /// From now on another term holds pictures near to this one. Like the range penalty it grows with the terms' own size
  /// and is a mean over the picture's values, so that the same weight means the same for every size and painting.
  /// \param near    of the content's size and on the network's device.
  /// \param weight  1 as kNearness has it; >= 0.
  void hold_near(NearPicture near, double weight);

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
  struct StyleEntry;
  /// What is summed up over the parts of a picture.
  struct Sums {
    double content_loss = 0.0;
    double style_loss = 0.0;  ///< The part that goes by the features themselves.
    bool with_gradients = false;
    /// By region and layer, from add_moments; undefined where no style term looks.
    std::vector<std::vector<LayerStatistics>> moments;
    std::vector<at::Tensor> style_gradients;  ///< By layer, of `style_loss`; undefined: zero.
  };
  /// All terms, and the gradients of those that features don't enter directly.
  struct Result {
    LossBreakdown loss;
    std::vector<std::vector<MomentLoss>> moments;  ///< Gradients by region and layer; undefined: zero.
    at::Tensor picture_gradient;                   ///< Of the terms on the picture itself; undefined for zero.
  };

  /// Adds the terms of the region's styles.
  void add_style_terms(const ObjectiveOptions& options, std::vector<StylePart> styles, size_t region);
  void add(const FeaturePart& part, Sums& sums) const;
  Result result_of(const at::Tensor& picture, const Sums& sums) const;
  at::Tensor feature_gradient(const FeaturePart& part, const Result& result, Sums& sums) const;

  std::unique_ptr<TiledNetwork> network_;
  bool wraps_;  ///< The network takes a picture to be a torus, and so do the terms on the picture itself.
  std::vector<Term> content_terms_;
  std::vector<StyleEntry> style_terms_;
  const StyleLossKind& style_loss_;
  PositionWeights visible_;               ///< Of the content's positions, for content terms.
  std::vector<PositionWeights> regions_;  ///< For style terms.
  double tv_factor_ = 0.0;
  double range_factor_ = 0.0;
  double near_unit_ = 0.0;  ///< The factor of `near_` for weight 1.
  double near_factor_ = 0.0;
  NearPicture near_;
};

/// \param style  on the network's device, any size from min_edge() up; counts where it is opaque, like the content.
/// \param share  [1, 1, H, W] of the style's size: how far each pixel belongs to the region that the style is for;
///               undefined: all of it does.
StyleTargets compute_style_targets(const FeatureExtractor& network, const ObjectiveOptions& options,
                                   const Picture& style, Tiling tiling = {}, const at::Tensor& share = {});

}  // namespace styler
