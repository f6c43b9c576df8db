#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// A loss and its gradient with respect to the first argument. Every loss here has its derivative written out: one
/// product per Gram gradient instead of autograd's two, and no graph that keeps temporaries alive.
struct LossAndGradient {
  double loss = 0.0;
  at::Tensor gradient;  ///< Shape and dtype of the differentiated tensor.
};

/// Gram matrix per position: F·Fᵀ / (h·w), with F the features flattened to [C, h·w]; with weights Σ w·F·Fᵀ / Σ w, so
/// that positions of weight 0 are no part of it (the guided Gram matrix of Gatys et al. 2017, "Controlling Perceptual
/// Factors in Neural Style Transfer", with w the square of their guidance channel).
///
/// \param features  [1, C, h, w], any floating dtype and memory format. bfloat16 is accumulated in float32.
/// \param weights   [1, 1, h, w], float32, >= 0 with a sum above 0; undefined: 1 everywhere, which is cheaper.
/// \return          [C, C], float32 (float64 for float64 features): symmetric, positive semi-definite.
/// Gatys et al. (2016) leave the sum undivided; Johnson divides by C·h·w. The divisor here makes pictures of different
/// sizes comparable; what remains of each tool's normalisation is in the factor of gram_loss (see objective.hpp).
at::Tensor gram_matrix(const at::Tensor& features, const at::Tensor& weights = {});

/// factor · Σ w·(F − P)².
/// \param features, target  [1, C, h, w], same shape.
/// \param weights           as for gram_matrix.
LossAndGradient content_loss(const at::Tensor& features, const at::Tensor& target, double factor,
                             const at::Tensor& weights = {});

/// factor · Σ (G − A)², with G = gram_matrix(features, weights); the gradient is 4·factor·w/Σw · (G − A)·F.
/// \param target_gram  [C, C], as from gram_matrix.
LossAndGradient gram_loss(const at::Tensor& features, const at::Tensor& target_gram, double factor,
                          const at::Tensor& weights = {});

/// factor · (Σ |x(i,j) − x(i+1,j)| + Σ |x(i,j) − x(i,j+1)|): anisotropic total variation, L1 and summed, as the PyTorch
/// port of neural-style has it. Johnson's Lua original squares the differences.
LossAndGradient total_variation_loss(const at::Tensor& picture, double factor);

/// factor · Σ (x − clamp(x, low, high))². Keeps the iterate where a file can hold it: without it neural-style's
/// picture loses 42 % when it is clamped for saving, with it less than 1 %.
LossAndGradient range_loss(const at::Tensor& picture, double low, double high, double factor);

}  // namespace styler
