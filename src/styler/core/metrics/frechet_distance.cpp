#include "styler/core/metrics/frechet_distance.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// R with Σ = R·Rᵀ, [D, r]: a column for each eigenvalue that is not zero but for rounding.
at::Tensor root_of(const at::Tensor& covariance) {
  const auto [values, vectors] = at::linalg_eigh((covariance + covariance.t()) / 2);
  const double largest = std::max(values.abs().max().item<double>(), 0.0);
  const double zero = largest * std::numeric_limits<double>::epsilon() * static_cast<double>(values.size(0));
  const int64_t left_out = (values <= zero).sum().item<int64_t>();  // values ascend
  const int64_t kept = values.size(0) - left_out;
  return vectors.narrow(1, left_out, kept) * values.narrow(0, left_out, kept).sqrt();
}

}  // namespace

Gaussian gaussian_of(const FeatureStatistics& statistics) {
  return {statistics.mean, root_of(statistics.covariance), statistics.covariance.trace().item<double>()};
}

Gaussian gaussian_of_rows(const at::Tensor& rows) {
  STYLER_ASSERT(rows.dim() == 2 && rows.size(0) >= 2);
  if (rows.size(0) > rows.size(1)) {
    FeatureAccumulator sums(rows.size(1));
    sums.add(rows);
    return gaussian_of(sums.statistics());
  }
  const at::Tensor exact = rows.to(at::kCPU, at::kDouble);
  const at::Tensor mean = exact.mean(0);
  const at::Tensor root = (exact - mean).t() / std::sqrt(static_cast<double>(rows.size(0) - 1));
  return {mean, root, root.square().sum().item<double>()};
}

double frechet_distance(const Gaussian& a, const Gaussian& b) {
  STYLER_ASSERT(a.mean.size(0) == b.mean.size(0));
  const at::Tensor product = at::mm(a.root.t(), b.root);
  const double root_trace = product.numel() == 0 ? 0 : at::linalg_svdvals(product).sum().item<double>();
  const double of_means = (a.mean - b.mean).square().sum().item<double>();
  return std::max(0.0, of_means + a.trace + b.trace - 2 * root_trace);
}

double frechet_distance(const FeatureStatistics& a, const FeatureStatistics& b) {
  return frechet_distance(gaussian_of(a), gaussian_of(b));
}

}  // namespace styler
