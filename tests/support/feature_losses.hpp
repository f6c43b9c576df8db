#pragma once

#include <vector>

#include "styler/core/loss/content.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/network/features.hpp"

namespace support {

/// Losses of features with their gradients, which the library gives one after the other.
inline styler::LossAndGradient content_loss(const at::Tensor& features, const at::Tensor& target, double factor,
                                            const at::Tensor& weights = {}) {
  return {styler::content_loss(features, target, factor, weights),
          styler::content_feature_gradient(features, target, factor, weights)};
}

inline styler::LossAndGradient gram_loss(const at::Tensor& features, const at::Tensor& target_gram, double factor,
                                         const at::Tensor& weights = {}) {
  const auto [loss, gradient] = styler::gram_loss(styler::gram_matrix(features, weights), target_gram, factor);
  const double weight_sum = weights.defined() ? weights.sum(at::kDouble).item<double>()
                                              : static_cast<double>(features.size(2) * features.size(3));
  return {loss, styler::gram_feature_gradient(gradient, features, weight_sum, weights)};
}

/// The way back from one gradient per layer.
inline at::Tensor pulled_back(const styler::FeaturePass& pass, const std::vector<at::Tensor>& gradients) {
  return pass.pull_back([&](size_t layer) { return gradients[layer]; }, {});
}

}  // namespace support
