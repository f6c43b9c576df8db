#include "styler/core/loss/objective.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/loss/content.hpp"
#include "styler/core/loss/range.hpp"
#include "styler/core/loss/style/table.hpp"
#include "styler/core/loss/total_variation.hpp"
#include "styler/core/network/tiled_network.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

constexpr double kValuesPerUnit = 255.0;  ///< What the field's constants take 1.0 to be.

/// Of the terms' own size, what a mean square of 1 between a picture and what it is held near to costs. Of a film's
/// later frames (192 px, 15 iterations, a moving camera) 40 more than halves the warping error that beginning from the
/// one before leaves by itself, at 1 to 3 % of style loss; 100 costs 3 to 7 % and gains little, 400 costs 6 to 14 %.
constexpr double kNearness = 40.0;

/// Of the part, where there are weights at all.
at::Tensor weights_of(const PositionWeights& weights, const FeaturePart& part) {
  const at::Tensor& map = weights.maps[part.layer];
  return map.defined() ? part_of(map, part.place) : map;
}

/// How many pixels are visible.
double visible_pixels(const Picture& picture) {
  if (picture.alpha.defined()) return picture.alpha.sum(at::kDouble).item<double>();
  return static_cast<double>(picture.colour.size(2) * picture.colour.size(3));
}

/// Σ w·v², summed in more than bfloat16.
double weighted_square(const at::Tensor& values, const at::Tensor& weights) {
  const at::Tensor wide = values.scalar_type() == at::kBFloat16 ? values.to(at::kFloat) : values;
  return sum_of_squares(weights.defined() ? wide * weights.sqrt() : wide);
}

double content_factor(LossNormalization normalization, const at::Tensor& target, const at::Tensor& weights,
                      double weight_sum) {
  switch (normalization) {
    case LossNormalization::Gatys:
      return 0.5;
    case LossNormalization::NeuralStyle:
      return reciprocal(static_cast<double>(target.size(1)) * weight_sum);
    case LossNormalization::Styler:
      break;
  }
  return reciprocal(weighted_square(target, weights));
}

/// A style that makes terms, with its weight in each of them.
struct TermStyle {
  std::vector<LayerStatistics> layers;
  std::vector<double> weights;
};

/// Those of one region: all of them, or one in the middle of them. In each layer their weights sum to 1, over the
/// styles that have one there.
std::vector<TermStyle> blended(std::vector<StylePart> styles, size_t layers, StyleBlend blend) {
  std::vector<double> sums(layers);
  for (const StylePart& style : styles) {
    STYLER_ASSERT(style.targets.layers.size() == layers);
    for (size_t i = 0; i < layers; ++i) sums[i] += style.targets.layers[i].defined() ? style.weight : 0;
  }
  std::vector<TermStyle> result;
  result.reserve(styles.size());
  for (StylePart& style : styles) {
    TermStyle& term = result.emplace_back(TermStyle{std::move(style.targets.layers), {}});
    for (size_t i = 0; i < layers; ++i) {
      if (sums[i] == 0) term.layers[i] = {};
      term.weights.push_back(term.layers[i].defined() ? style.weight / sums[i] : 0);
    }
  }
  if (blend == StyleBlend::Losses || result.size() == 1) return result;
  TermStyle middle{std::vector<LayerStatistics>(layers), std::vector<double>(layers, 1.0)};
  for (const TermStyle& style : result) {
    for (size_t i = 0; i < layers; ++i) add_scaled(middle.layers[i], style.layers[i], style.weights[i]);
  }
  return {std::move(middle)};
}

bool contains(const std::vector<WeightedLayer>& entries, const Layer& layer) {
  return std::any_of(entries.begin(), entries.end(), [&](const WeightedLayer& entry) { return entry.layer == layer; });
}

size_t tapped(const std::vector<Layer>& layers, const Layer& layer) {
  const std::optional<size_t> index = index_of(layers, layer);
  STYLER_ASSERT(index);
  return *index;
}

/// Puts parts together to the features of a whole picture.
void keep_part(at::Tensor& features, const FeaturePart& part, Size size) {
  if (part.place == Rectangle{0, 0, size}) {
    features = part.features;
    return;
  }
  if (!features.defined()) {
    features = at::empty({1, part.features.size(1), size.height, size.width}, part.features.options(),
                         at::MemoryFormat::ChannelsLast);
  }
  part_of(features, part.place).copy_(part.features);
}

}  // namespace

/// A style loss of one layer in one region.
struct Objective::StyleEntry {
  size_t layer;   ///< Index into FeatureExtractor::layers().
  size_t region;  ///< Index into `regions_`.
  std::unique_ptr<StyleTerm> term;
};

StyleTargets compute_style_targets(const FeatureExtractor& network, const ObjectiveOptions& options,
                                   const Picture& style, Tiling tiling, const at::Tensor& share) {
  const TiledNetwork tiled(network, tiling);
  const PositionWeights weights = position_weights(network.layers(), picture_size(style.colour), style.alpha, share);
  const StyleLossKind& loss = style_loss_kind(options.style_loss);
  std::vector<LayerStatistics> sums(network.layers().size());
  tiled.visit(style.colour, [&](const FeaturePart& part) {
    if (weights.sums[part.layer] == 0 || !contains(options.style_layers, network.layers()[part.layer])) return;
    add_statistics(sums[part.layer], loss, part.features, weights_of(weights, part));
  });
  StyleTargets targets;
  for (const WeightedLayer& entry : options.style_layers) {
    const size_t layer = tapped(network.layers(), entry.layer);
    targets.layers.push_back(per_position(std::move(sums[layer]), weights.sums[layer]));
  }
  return targets;
}

Objective::Objective(const FeatureExtractor& network, const ObjectiveOptions& options, const Picture& content,
                     const std::vector<StylePart>& styles, Tiling tiling, const std::vector<at::Tensor>& regions)
    : network_(std::make_unique<TiledNetwork>(network, tiling)),
      wraps_(network.padding() == Padding::Circular),
      style_loss_(style_loss_kind(options.style_loss)) {
  STYLER_ASSERT(options.normalization == LossNormalization::Styler || options.style_loss == StyleLoss::Gram);
  const Size size = picture_size(content.colour);
  visible_ = position_weights(network.layers(), size, content.alpha);
  if (regions.empty()) regions_ = {visible_};
  for (const at::Tensor& share : regions) {
    regions_.push_back(position_weights(network.layers(), size, content.alpha, share));
  }
  for (size_t region = 0; region < regions_.size(); ++region) {
    std::vector<StylePart> of_region;
    for (const StylePart& style : styles) {
      STYLER_ASSERT(style.region < regions_.size());
      if (style.region == region) of_region.push_back(style);
    }
    add_style_terms(options, std::move(of_region), region);
  }
  const double of_content = options.content_emphasis() * options.content_weight;

  std::vector<at::Tensor> targets(network.layers().size());
  Sums sums;
  network_->visit(content.colour, [&](const FeaturePart& part) {
    add(part, sums);
    if (!contains(options.content_layers, network.layers()[part.layer])) return;
    keep_part(targets[part.layer], part, network_->size_of(part.layer, size));
  });

  double size_of_terms = result_of(content.colour, sums).loss.style;
  for (const WeightedLayer& entry : options.content_layers) {
    const size_t layer = tapped(network.layers(), entry.layer);
    const double factor =
        of_content * entry.weight *
        content_factor(options.normalization, targets[layer], visible_.maps[layer], visible_.sums[layer]);
    size_of_terms += factor * weighted_square(targets[layer], visible_.maps[layer]);
    content_terms_.push_back({layer, targets[layer], factor});
  }
  const double values = 3 * visible_pixels(content);
  near_unit_ = kNearness * size_of_terms / values;
  range_factor_ = options.range_weight * size_of_terms / values;
  tv_factor_ = options.style_emphasis() * options.tv_weight *
               (options.normalization == LossNormalization::Styler ? 1.0 / values : kValuesPerUnit);
}

Objective::~Objective() = default;

void Objective::set_tiling(Tiling tiling) { network_->set_tiling(tiling); }

void Objective::hold_near(NearPicture near, double weight) {
  near_ = std::move(near);
  near_factor_ = weight * near_unit_;
}

void Objective::add_style_terms(const ObjectiveOptions& options, std::vector<StylePart> styles, size_t region) {
  const double of_style = options.style_emphasis() * options.style_weight;
  for (TermStyle& style : blended(std::move(styles), options.style_layers.size(), options.style_blend)) {
    for (size_t i = 0; i < options.style_layers.size(); ++i) {
      const WeightedLayer& entry = options.style_layers[i];
      const size_t layer = tapped(network_->layers(), entry.layer);
      LayerStatistics& target = style.layers[i];
      const double positions = regions_[region].sums[layer];
      if (!target.defined() || positions == 0) continue;
      const double weight = of_style * entry.weight * style.weights[i] * (positions / visible_.sums[layer]);
      STYLER_ASSERT(weight >= 0);
      if (weight == 0) continue;
      style_terms_.push_back(
          {layer, region,
           style_loss_.make_term(std::move(target), options.normalization, weight * style_loss_.comparable_weight)});
    }
  }
}

void Objective::add(const FeaturePart& part, Sums& sums) const {
  const size_t layers = network_->layers().size();
  if (sums.moments.empty()) sums.moments = {regions_.size(), std::vector<LayerStatistics>(layers)};
  sums.style_gradients.resize(layers);
  for (const Term& term : content_terms_) {
    if (term.layer != part.layer || term.factor == 0) continue;
    sums.content_loss +=
        content_loss(part.features, part_of(term.target, part.place), term.factor, weights_of(visible_, part));
  }
  for (size_t region = 0; region < regions_.size(); ++region) {
    const auto counts = [&](const StyleEntry& entry) { return entry.layer == part.layer && entry.region == region; };
    if (std::none_of(style_terms_.begin(), style_terms_.end(), counts)) continue;
    const at::Tensor weights = weights_of(regions_[region], part);
    add_moments(sums.moments[region][part.layer], style_loss_, part.features, weights);
    if (!style_loss_.by_whole_layers()) continue;
    STYLER_ASSERT(network_->is_whole());
    for (const StyleEntry& entry : style_terms_) {
      if (!counts(entry)) continue;
      const LossAndGradient of_features = entry.term->of_features(part.features, weights, sums.with_gradients);
      sums.style_loss += of_features.loss;
      add_to(sums.style_gradients[part.layer], of_features.gradient);
    }
  }
}

Objective::Result Objective::result_of(const at::Tensor& picture, const Sums& sums) const {
  Result result;
  LossBreakdown& loss = result.loss;
  loss.content = sums.content_loss;
  loss.style = sums.style_loss;
  result.moments = {regions_.size(), std::vector<MomentLoss>(network_->layers().size())};
  for (const StyleEntry& entry : style_terms_) {
    if (!style_loss_.by_moments()) continue;
    const MomentLoss of_moments = entry.term->of_moments(
        per_position(sums.moments[entry.region][entry.layer], regions_[entry.region].sums[entry.layer]));
    loss.style += of_moments.loss;
    MomentLoss& sum = result.moments[entry.region][entry.layer];
    add_to(sum.gram_gradient, of_moments.gram_gradient);
    add_to(sum.mean_gradient, of_moments.mean_gradient);
  }
  const auto add_picture_term = [&](double& part, const LossAndGradient& of_picture) {
    part = of_picture.loss;
    add_to(result.picture_gradient, of_picture.gradient);
  };
  if (tv_factor_ != 0) add_picture_term(loss.tv, total_variation_loss(picture, tv_factor_, wraps_));
  if (range_factor_ != 0) add_picture_term(loss.range, range_loss(picture, 0.0, 1.0, range_factor_));
  if (near_factor_ != 0) add_picture_term(loss.temporal, nearness_loss(picture, near_, near_factor_));
  loss.total = loss.content + loss.style + loss.tv + loss.range + loss.temporal;
  return result;
}

at::Tensor Objective::feature_gradient(const FeaturePart& part, const Result& result, Sums& sums) const {
  at::Tensor gradient;
  for (const Term& term : content_terms_) {
    if (term.layer != part.layer || term.factor == 0) continue;
    add_to(gradient, content_feature_gradient(part.features, part_of(term.target, part.place), term.factor,
                                              weights_of(visible_, part)));
  }
  for (size_t region = 0; region < regions_.size(); ++region) {
    const MomentLoss& moments = result.moments[region][part.layer];
    if (!moments.has_gradient()) continue;
    add_to(gradient, moment_feature_gradient(moments, part.features, regions_[region].sums[part.layer],
                                             weights_of(regions_[region], part)));
  }
  add_to(gradient, std::exchange(sums.style_gradients[part.layer], {}));
  return gradient;
}

Objective::Evaluation Objective::evaluate(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  Sums sums;
  sums.with_gradients = true;
  const auto pull_back = network_->differentiable_visit(picture, [&](const FeaturePart& part) { add(part, sums); });
  const Result result = result_of(picture, sums);
  at::Tensor gradient = pull_back([&](const FeaturePart& part) { return feature_gradient(part, result, sums); });
  add_to(gradient, result.picture_gradient);
  return {result.loss, std::move(gradient)};
}

LossBreakdown Objective::loss(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  Sums sums;
  network_->visit(picture, [&](const FeaturePart& part) { add(part, sums); });
  return result_of(picture, sums).loss;
}

}  // namespace styler
