#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace styler {

/// The shortest edge in pixels of which there is a structural similarity.
inline constexpr int64_t kSimilarityEdge = 11;

/// SSIM (Wang et al. 2004) of two pictures of one size, [1, 3, H, W] in [0, 1]: windows of 11×11 with a Gaussian of
/// 1.5, K₁ = 0.01, K₂ = 0.03, variances divided by the window's weight; the mean over the three channels and over the
/// windows that lie within. 1 for equal pictures alone.
/// Requires (STYLER_ASSERT) edges of at least kSimilarityEdge.
double structural_similarity(const at::Tensor& a, const at::Tensor& b);

}  // namespace styler
