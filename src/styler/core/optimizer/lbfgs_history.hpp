#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace styler {

/// Passes over what L-BFGS remembers: [m, n] rows, in the vector's type or in bfloat16, which is read as what it stands
/// for. Each reads the rows once and makes no copy of them. On the CPU the work is shared out among LibTorch's threads,
/// since BLAS has one (set_threads()) and a core can't read as fast as the memory; the result has the same bits on any
/// number of threads.

/// One product with `vector` [n] per row. Parts of some thousand are summed in the vector's type, and those in float64.
std::vector<double> products_of_rows(const at::Tensor& rows, const at::Tensor& vector);

/// The same for one row.
double product_of(const at::Tensor& row, const at::Tensor& vector);

/// Σ weight · row, [n] in `dtype`; one weight per row.
at::Tensor sum_of_rows(const at::Tensor& rows, const std::vector<double>& weights, at::ScalarType dtype);

}  // namespace styler
