#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// Whether there are kernels of our own for these features: on the processor, channels-last, channels a multiple of 16,
/// float32 or bfloat16 as this processor has them.
bool has_fast_gram(const at::Tensor& features);

/// F·Fᵀ, not divided by anything, summed in float32: half of the products, since it is symmetric.
/// \param features  [1, C, h, w], for which has_fast_gram holds.
/// \return          [C, C] float32. The same bits on any number of threads.
at::Tensor fast_gram(const at::Tensor& features);

/// M·F for a symmetric M, which is what the gradient of a function of the Gram matrix is made of.
/// \param matrix  [C, C] float32, symmetric; rounded to the features' type.
/// \return        Like features.
at::Tensor fast_matrix_times(const at::Tensor& matrix, const at::Tensor& features);

}  // namespace styler
