#include "styler/objective.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/adaptive_avg_pool2d.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/sum_of_squares.hpp"
#include "styler/error.hpp"
#include "styler/losses.hpp"

namespace styler {
namespace {

constexpr double kWhite = 255.0;  ///< What the field's constants take 1.0 to be.

/// A divisor that is zero for a target of nothing (a black picture's features, say) would make the loss infinite.
double reciprocal(double value) { return 1.0 / std::max(value, 1e-12); }

/// How much each position of `features` counts: the part of its cell of the picture that is opaque. Undefined when
/// everything is.
at::Tensor weights_of_positions(const at::Tensor& alpha, const at::Tensor& features) {
  if (!alpha.defined()) return {};
  return at::adaptive_avg_pool2d(alpha, {features.size(2), features.size(3)});
}

/// How many pixels are visible.
double visible_pixels(const Picture& picture) {
  if (picture.alpha.defined()) return picture.alpha.sum(at::kDouble).item<double>();
  return static_cast<double>(picture.colour.size(2) * picture.colour.size(3));
}

/// Σ w·v².
double weighted_square(const at::Tensor& values, const at::Tensor& weights) {
  return sum_of_squares(weights.defined() ? values * weights.sqrt() : values);
}

double content_factor(LossNormalization normalization, const at::Tensor& target, const at::Tensor& weights) {
  switch (normalization) {
    case LossNormalization::Gatys:
      return 0.5;
    case LossNormalization::NeuralStyle: {
      const auto channels = static_cast<double>(target.size(1));
      return reciprocal(weights.defined() ? channels * weights.sum(at::kDouble).item<double>()
                                          : static_cast<double>(target.numel()));
    }
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

size_t index_of(const std::vector<Layer>& layers, const Layer& layer) {
  const auto found = std::find(layers.begin(), layers.end(), layer);
  STYLER_ASSERT(found != layers.end());
  return static_cast<size_t>(found - layers.begin());
}

}  // namespace

StyleTargets compute_style_targets(const FeatureExtractor& network, const ObjectiveOptions& options,
                                   const Picture& style) {
  const std::vector<at::Tensor> features = network.features(style.colour);
  StyleTargets targets;
  for (const WeightedLayer& entry : options.style_layers) {
    const at::Tensor& feature = features[index_of(network.layers(), entry.layer)];
    targets.grams.push_back(gram_matrix(feature, weights_of_positions(style.alpha, feature)));
  }
  return targets;
}

Objective::Objective(const FeatureExtractor& network, const ObjectiveOptions& options, const Picture& content,
                     StyleTargets style)
    : network_(network) {
  STYLER_ASSERT(style.grams.size() == options.style_layers.size());
  const std::vector<at::Tensor> features = network.features(content.colour);
  for (const WeightedLayer& entry : options.content_layers) {
    const size_t feature = index_of(network.layers(), entry.layer);
    at::Tensor target = features[feature];
    if (target.scalar_type() == at::kBFloat16) target = target.to(at::kFloat);
    at::Tensor weights = weights_of_positions(content.alpha, target);
    const double factor =
        options.content_weight * entry.weight * content_factor(options.normalization, target, weights);
    content_terms_.push_back({feature, std::move(target), std::move(weights), factor});
  }
  for (size_t i = 0; i < options.style_layers.size(); ++i) {
    const WeightedLayer& entry = options.style_layers[i];
    const double factor = options.style_weight * entry.weight * style_factor(options.normalization, style.grams[i]);
    const size_t feature = index_of(network.layers(), entry.layer);
    at::Tensor weights = weights_of_positions(content.alpha, features[feature]);
    style_terms_.push_back({feature, std::move(style.grams[i]), std::move(weights), factor});
  }

  double size_of_terms = 0;
  for (const LayerTerm& term : content_terms_)
    size_of_terms += term.factor * weighted_square(term.target, term.weights);
  for (const LayerTerm& term : style_terms_) {
    size_of_terms += gram_loss(features[term.feature], term.target, term.factor, term.weights).loss;
  }
  const double values = 3 * visible_pixels(content);
  range_factor_ = options.range_weight * size_of_terms / values;
  tv_factor_ = options.tv_weight * (options.normalization == LossNormalization::Styler ? 1.0 / values : kWhite);
}

LossBreakdown Objective::accumulate(const at::Tensor& picture, const std::vector<at::Tensor>& features,
                                    std::vector<at::Tensor>* feature_gradients, at::Tensor* picture_gradient) const {
  LossBreakdown loss;
  const auto add = [](at::Tensor& sum, const at::Tensor& gradient) {
    if (sum.defined()) {
      sum.add_(gradient);
    } else {
      sum = gradient;
    }
  };
  const auto add_terms = [&](const std::vector<LayerTerm>& terms, double& part, auto evaluate_term) {
    for (const LayerTerm& term : terms) {
      if (term.factor == 0) continue;
      const LossAndGradient result = evaluate_term(features[term.feature], term.target, term.factor, term.weights);
      part += result.loss;
      if (feature_gradients) add((*feature_gradients)[term.feature], result.gradient);
    }
  };
  const auto add_picture_term = [&](double& part, const LossAndGradient& result) {
    part += result.loss;
    if (picture_gradient) add(*picture_gradient, result.gradient);
  };

  add_terms(content_terms_, loss.content, content_loss);
  add_terms(style_terms_, loss.style, gram_loss);
  if (tv_factor_ != 0) add_picture_term(loss.tv, total_variation_loss(picture, tv_factor_));
  if (range_factor_ != 0) add_picture_term(loss.range, range_loss(picture, 0.0, 1.0, range_factor_));
  loss.total = loss.content + loss.style + loss.tv + loss.range;
  return loss;
}

Objective::Evaluation Objective::evaluate(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  FeaturePass pass = network_.differentiable_features(picture);
  std::vector<at::Tensor> feature_gradients(pass.features.size());
  at::Tensor picture_gradient;
  Evaluation result;
  result.loss = accumulate(picture, pass.features, &feature_gradients, &picture_gradient);
  pass.features.clear();
  result.gradient = pass.pull_back(std::move(feature_gradients));
  if (picture_gradient.defined()) result.gradient.add_(picture_gradient);
  return result;
}

LossBreakdown Objective::loss(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  return accumulate(picture, network_.features(picture), nullptr, nullptr);
}

}  // namespace styler
