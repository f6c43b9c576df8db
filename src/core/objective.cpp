#include "styler/objective.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/add_to.hpp"
#include "core/sum_of_squares.hpp"
#include "core/tiled_network.hpp"
#include "styler/error.hpp"
#include "styler/losses.hpp"
#include "styler/resample.hpp"

namespace styler {
namespace {

constexpr double kWhite = 255.0;  ///< What the field's constants take 1.0 to be.

/// A divisor that is zero for a target of nothing (a black picture's features, say) would make the loss infinite.
double reciprocal(double value) { return 1.0 / std::max(value, 1e-12); }

/// How much each of `size` features counts: the part of its cell of the picture that is opaque. Undefined when
/// everything is.
at::Tensor weights_of_positions(const at::Tensor& alpha, Size size) {
  if (!alpha.defined()) return {};
  return at::adaptive_avg_pool2d(alpha, {size.height, size.width});
}

/// Of the part, where there are weights at all.
at::Tensor part_of_weights(const at::Tensor& weights, const Region& region) {
  return weights.defined() ? part_of(weights, region) : weights;
}

double sum_of(const at::Tensor& weights, Size size) {
  if (!weights.defined()) return static_cast<double>(size.height * size.width);
  return weights.sum(at::kDouble).item<double>();
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

double style_factor(LossNormalization normalization, const at::Tensor& gram) {
  const auto channels = static_cast<double>(gram.size(0));
  switch (normalization) {
    case LossNormalization::Gatys:
      return 1.0 / (4 * channels * channels);
    case LossNormalization::NeuralStyle:
      return std::pow(channels, -4);
    case LossNormalization::Styler:
      break;
  }
  return reciprocal(sum_of_squares(gram));
}

/// The styles that make terms: all of them, or one in the middle of them. Their weights sum to 1.
std::vector<StylePart> blended(std::vector<StylePart> styles, StyleBlend blend) {
  double sum = 0;
  for (const StylePart& style : styles) sum += style.weight;
  STYLER_ASSERT(sum > 0);
  for (StylePart& style : styles) style.weight /= sum;
  if (blend == StyleBlend::Losses || styles.size() == 1) return styles;
  StylePart middle;
  for (const StylePart& style : styles) {
    middle.targets.grams.resize(style.targets.grams.size());
    for (size_t i = 0; i < style.targets.grams.size(); ++i) {
      add_to(middle.targets.grams[i], style.targets.grams[i] * style.weight);
    }
  }
  return {std::move(middle)};
}

bool contains(const std::vector<WeightedLayer>& entries, const Layer& layer) {
  return std::any_of(entries.begin(), entries.end(), [&](const WeightedLayer& entry) { return entry.layer == layer; });
}

size_t tapped(const FeatureExtractor& network, const Layer& layer) {
  const std::optional<size_t> index = index_of(network.layers(), layer);
  STYLER_ASSERT(index);
  return *index;
}

/// Puts parts together to the features of a whole picture.
void keep_part(at::Tensor& features, const FeaturePart& part, Size size) {
  if (part.region == Region{0, 0, size}) {
    features = part.features;
    return;
  }
  if (!features.defined()) {
    features = at::empty({1, part.features.size(1), size.height, size.width}, part.features.options(),
                         at::MemoryFormat::ChannelsLast);
  }
  part_of(features, part.region).copy_(part.features);
}

}  // namespace

StyleTargets compute_style_targets(const FeatureExtractor& network, const ObjectiveOptions& options,
                                   const Picture& style, Tiling tiling) {
  const TiledNetwork tiled(network, tiling);
  const Size size = picture_size(style.colour);
  std::vector<at::Tensor> weights(network.layers().size());
  for (size_t layer = 0; layer < weights.size(); ++layer) {
    weights[layer] = weights_of_positions(style.alpha, tiled.size_of(layer, size));
  }
  std::vector<at::Tensor> sums(network.layers().size());
  tiled.visit(style.colour, [&](const FeaturePart& part) {
    if (!contains(options.style_layers, network.layers()[part.layer])) return;
    add_to(sums[part.layer], gram_sum(part.features, part_of_weights(weights[part.layer], part.region)));
  });
  StyleTargets targets;
  for (const WeightedLayer& entry : options.style_layers) {
    const size_t layer = tapped(network, entry.layer);
    targets.grams.push_back(sums[layer] / sum_of(weights[layer], tiled.size_of(layer, size)));
  }
  return targets;
}

Objective::Objective(const FeatureExtractor& network, const ObjectiveOptions& options, const Picture& content,
                     std::vector<StylePart> styles, Tiling tiling)
    : network_(std::make_unique<TiledNetwork>(network, tiling)), wraps_(network.padding() == Padding::Circular) {
  const Size size = picture_size(content.colour);
  set_weights(content.alpha, size);
  const double of_content = 2 * (1 - options.strength) * options.content_weight;
  const double of_style = 2 * options.strength * options.style_weight;
  for (StylePart& style : blended(std::move(styles), options.style_blend)) {
    STYLER_ASSERT(style.targets.grams.size() == options.style_layers.size());
    for (size_t i = 0; i < options.style_layers.size(); ++i) {
      const WeightedLayer& entry = options.style_layers[i];
      at::Tensor& gram = style.targets.grams[i];
      const double factor = of_style * entry.weight * style.weight * style_factor(options.normalization, gram);
      style_terms_.push_back({tapped(network, entry.layer), std::move(gram), factor});
    }
  }

  std::vector<at::Tensor> targets(network.layers().size());
  Sums sums;
  network_->visit(content.colour, [&](const FeaturePart& part) {
    add(part, sums);
    if (!contains(options.content_layers, network.layers()[part.layer])) return;
    keep_part(targets[part.layer], part, network_->size_of(part.layer, size));
  });

  double size_of_terms = result_of(content.colour, sums).loss.style;
  for (const WeightedLayer& entry : options.content_layers) {
    const size_t layer = tapped(network, entry.layer);
    const double factor = of_content * entry.weight *
                          content_factor(options.normalization, targets[layer], weights_[layer], weight_sums_[layer]);
    size_of_terms += factor * weighted_square(targets[layer], weights_[layer]);
    content_terms_.push_back({layer, targets[layer], factor});
  }
  const double values = 3 * visible_pixels(content);
  range_factor_ = options.range_weight * size_of_terms / values;
  tv_factor_ = 2 * options.strength * options.tv_weight *
               (options.normalization == LossNormalization::Styler ? 1.0 / values : kWhite);
}

Objective::~Objective() = default;

void Objective::set_tiling(Tiling tiling) { network_->set_tiling(tiling); }

void Objective::set_weights(const at::Tensor& alpha, Size size) {
  for (size_t layer = 0; layer < network_->layers().size(); ++layer) {
    const Size features = network_->size_of(layer, size);
    weights_.push_back(weights_of_positions(alpha, features));
    weight_sums_.push_back(sum_of(weights_.back(), features));
  }
}

at::Tensor Objective::weights_of(const FeaturePart& part) const {
  return part_of_weights(weights_[part.layer], part.region);
}

void Objective::add(const FeaturePart& part, Sums& sums) const {
  sums.grams.resize(network_->layers().size());
  const auto counts = [&](const Term& term) { return term.layer == part.layer && term.factor != 0; };
  for (const Term& term : content_terms_) {
    if (!counts(term)) continue;
    sums.content_loss += content_loss(part.features, part_of(term.target, part.region), term.factor, weights_of(part));
  }
  if (std::any_of(style_terms_.begin(), style_terms_.end(), counts)) {
    add_to(sums.grams[part.layer], gram_sum(part.features, weights_of(part)));
  }
}

Objective::Result Objective::result_of(const at::Tensor& picture, const Sums& sums) const {
  Result result;
  LossBreakdown& loss = result.loss;
  loss.content = sums.content_loss;
  result.gram_gradients.resize(network_->layers().size());
  for (const Term& term : style_terms_) {
    if (term.factor == 0) continue;
    const LossAndGradient of_gram =
        gram_loss(sums.grams[term.layer] / weight_sums_[term.layer], term.target, term.factor);
    loss.style += of_gram.loss;
    add_to(result.gram_gradients[term.layer], of_gram.gradient);
  }
  const auto add_picture_term = [&](double& part, const LossAndGradient& of_picture) {
    part = of_picture.loss;
    add_to(result.picture_gradient, of_picture.gradient);
  };
  if (tv_factor_ != 0) add_picture_term(loss.tv, total_variation_loss(picture, tv_factor_, wraps_));
  if (range_factor_ != 0) add_picture_term(loss.range, range_loss(picture, 0.0, 1.0, range_factor_));
  loss.total = loss.content + loss.style + loss.tv + loss.range;
  return result;
}

at::Tensor Objective::feature_gradient(const FeaturePart& part, const Result& result) const {
  at::Tensor gradient;
  for (const Term& term : content_terms_) {
    if (term.layer != part.layer || term.factor == 0) continue;
    add_to(gradient,
           content_feature_gradient(part.features, part_of(term.target, part.region), term.factor, weights_of(part)));
  }
  const at::Tensor& gram_gradient = result.gram_gradients[part.layer];
  if (gram_gradient.defined()) {
    add_to(gradient, gram_feature_gradient(gram_gradient, part.features, weight_sums_[part.layer], weights_of(part)));
  }
  return gradient;
}

Objective::Evaluation Objective::evaluate(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  Sums sums;
  const auto pull_back = network_->differentiable_visit(picture, [&](const FeaturePart& part) { add(part, sums); });
  const Result result = result_of(picture, sums);
  at::Tensor gradient = pull_back([&](const FeaturePart& part) { return feature_gradient(part, result); });
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
