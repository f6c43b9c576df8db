#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/compute/loss_and_gradient.hpp"

namespace styler {

/// Σ w·F·Fᵀ over the positions, with F the features flattened to [C, h·w]: divided by Σ w, or h·w without weights, it
/// is the Gram matrix. Sums over parts of a picture add up to the whole picture's.
///
/// With weights it is the guided Gram matrix of Gatys et al. (2017), "Controlling Perceptual Factors in Neural Style
/// Transfer", with w the square of their guidance channel: positions of weight 0 are no part of it.
/// \param features  [1, C, h, w], of one picture (compute/samples.hpp), any floating dtype and memory format. bfloat16
/// is accumulated in float32.
/// \param weights   [1, 1, h, w], float32, >= 0; undefined: 1 everywhere, which is cheaper.
/// \return          [C, C], float32 (float64 for float64 features): symmetric, positive semi-definite.
at::Tensor gram_sum(const at::Tensor& features, const at::Tensor& weights = {});

/// Gram matrix per position: gram_sum divided by the weights' sum, which must be above 0.
/// Gatys et al. (2016) leave the sum undivided; Johnson divides by C·h·w. The divisor here makes pictures of different
/// sizes comparable; what remains of each tool's normalisation is in the factor of gram_loss (see objective.hpp).
at::Tensor gram_matrix(const at::Tensor& features, const at::Tensor& weights = {});

/// factor · Σ (G − A)² and its gradient with respect to G.
/// \param gram, target  [C, C], as from gram_matrix.
LossAndGradient gram_loss(const at::Tensor& gram, const at::Tensor& target, double factor);

/// On to the features: dL/dF = 2·w/Σw · dL/dG · F, for G = gram_matrix. One product, since dL/dG is symmetric.
/// \param gram_gradient  dL/dG, [C, C].
/// \param weight_sum     Σw of the whole picture, of which `features` and `weights` may be a part.
/// \return               Like features.
at::Tensor gram_feature_gradient(const at::Tensor& gram_gradient, const at::Tensor& features, double weight_sum,
                                 const at::Tensor& weights = {});

}  // namespace styler
