#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "styler/core/compute/loss_and_gradient.hpp"

namespace styler {

/// Values that a distribution is kept in.
inline constexpr int64_t kQuantiles = 2048;

/// C orthonormal directions, [C, C] in float32 with a direction in each row: the same ones every time, so that targets
/// can be kept and averaged.
at::Tensor slicing_directions(int64_t channels, const at::Device& device);

/// The distributions of F along directions: for each the means of its kQuantiles smallest parts to its largest.
/// \param directions  [C, C] or undefined: the channels themselves.
/// \return            [C, kQuantiles], float32 or float64 like the features.
at::Tensor quantiles_of(const at::Tensor& features, const at::Tensor& directions, const at::Tensor& weights = {});

/// factor · Σ_p W(v_p·F, T_p). W is the squared 2-Wasserstein distance of two one-dimensional distributions: sorted,
/// each value is drawn to the part of the style's distribution that lies at its place. Here it lets each value go to
/// the mean of what lies at its place: nothing is left over when the style has more values. The gradient is that with
/// the order of the values held, which is exact but where two are equal.
///
/// Needs the whole layer. Costs a sort of all features, and for directions two products of the size of F·Fᵀ.
/// \param quantiles  of the style, from quantiles_of() with the same directions.
/// \return           with the gradient with respect to the features; undefined unless `with_gradient`.
LossAndGradient quantile_loss(const at::Tensor& features, const at::Tensor& quantiles, const at::Tensor& directions,
                              double factor, const at::Tensor& weights = {}, bool with_gradient = true);

/// 1 / Σ_p mean T_p², which makes quantile_loss() 1 for a blank.
double reciprocal_mean_square(const at::Tensor& quantiles);

/// What losses of quantiles take for each value that is gone through at a time, in bytes: the value, its place and what
/// it is compared with.
inline constexpr int64_t kSortingPerValue = 75;
inline constexpr int64_t kSortingPerWeightedValue = 100;  ///< Where positions have weights: borders of their own.

}  // namespace styler
