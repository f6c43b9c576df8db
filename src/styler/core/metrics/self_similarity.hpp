#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// How far what a picture's places have to do with each other is from another's: CFSD (content feature structural
/// distance) as StyleID's authors compute it (Chung et al. 2024). With F the features as positions × channels and
/// S = F·Fᵀ/C it is the mean over the positions of KL(softmax(S_a) ‖ softmax(S_b)), each by its row.
/// Takes rows in blocks: some 100 MB whatever the size, and time that grows with the square of the positions.
/// \param a, b  [1, C, h, w] of one shape, float32.
double self_similarity_distance(const at::Tensor& a, const at::Tensor& b);

}  // namespace styler
