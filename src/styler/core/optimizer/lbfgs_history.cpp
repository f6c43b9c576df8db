#include "styler/core/optimizer/lbfgs_history.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cstdint>

#include "styler/base/error.hpp"
#include "styler/core/kernels/parallel.hpp"

namespace styler {
namespace {

/// Columns at a time. On the CPU the widened copy of ten to twenty rows should stay in a core's second-level cache; on
/// a GPU each part costs a launch, and 64 MB for a widened copy of 16 rows is little beside the rest.
constexpr int64_t kCpuPart = 8192;
constexpr int64_t kGpuPart = int64_t{1} << 20;

struct Columns {
  int64_t first, length;
};

int64_t part_length(const at::Tensor& rows) { return rows.device().is_cpu() ? kCpuPart : kGpuPart; }
int64_t row_parts(const at::Tensor& rows) { return (rows.size(1) + part_length(rows) - 1) / part_length(rows); }
Columns columns_of(const at::Tensor& rows, int64_t index) {
  const int64_t first = index * part_length(rows);
  return {first, std::min(part_length(rows), rows.size(1) - first)};
}

}  // namespace

std::vector<double> products_of_rows(const at::Tensor& rows, const at::Tensor& vector) {
  STYLER_ASSERT(rows.dim() == 2 && vector.dim() == 1 && rows.size(1) == vector.size(0));
  const int64_t parts = row_parts(rows);
  const at::Tensor products = at::empty({parts, rows.size(0)}, vector.options());
  const auto multiply = [&](int64_t index) {
    const auto [first, length] = columns_of(rows, index);
    at::Tensor result = products.select(0, index);
    at::mv_out(result, rows.narrow(1, first, length).to(vector.scalar_type()), vector.narrow(0, first, length));
  };
  if (rows.device().is_cpu()) {
    for_each_in_turn(parts, multiply);
  } else {
    for (int64_t index = 0; index < parts; ++index) multiply(index);
  }
  const at::Tensor sums = products.sum(0, /*keepdim=*/false, at::kDouble).to(at::kCPU);
  const double* data = sums.data_ptr<double>();
  return {data, data + sums.numel()};
}

double product_of(const at::Tensor& row, const at::Tensor& vector) {
  return products_of_rows(row.view({1, -1}), vector).front();
}

at::Tensor sum_of_rows(const at::Tensor& rows, const std::vector<double>& weights, at::ScalarType dtype) {
  STYLER_ASSERT(static_cast<int64_t>(weights.size()) == rows.size(0));
  const at::Tensor factors = at::tensor(weights, at::kDouble).to(rows.device(), dtype);
  const at::Tensor sum = at::empty({rows.size(1)}, rows.options().dtype(dtype));
  const auto add = [&](int64_t index) {
    const auto [first, length] = columns_of(rows, index);
    at::Tensor result = sum.narrow(0, first, length);
    at::mv_out(result, rows.narrow(1, first, length).to(dtype).t(), factors);
  };
  if (rows.device().is_cpu()) {
    for_each_in_turn(row_parts(rows), add);
  } else {
    for (int64_t index = 0; index < row_parts(rows); ++index) add(index);
  }
  return sum;
}

}  // namespace styler
