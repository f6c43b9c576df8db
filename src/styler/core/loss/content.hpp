#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// factor · Σ w·(F − P)², over all pictures of a batch.
/// \param features, target  [N, C, h, w], same shape.
/// \param weights           as for gram_sum (style/gram_matrix.hpp).
double content_loss(const at::Tensor& features, const at::Tensor& target, double factor,
                    const at::Tensor& weights = {});
/// Its gradient, like features: 2 · factor · w·(F − P).
at::Tensor content_feature_gradient(const at::Tensor& features, const at::Tensor& target, double factor,
                                    const at::Tensor& weights = {});

}  // namespace styler
