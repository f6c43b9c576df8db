#include "styler/core/metrics/frechet_distance.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/mm.h>

#include <algorithm>
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

double frechet_distance(const FeatureStatistics& a, const FeatureStatistics& b) {
  STYLER_ASSERT(a.dimensions() == b.dimensions());
  const at::Tensor product = at::mm(root_of(a.covariance).t(), root_of(b.covariance));
  const double root_trace = product.numel() == 0 ? 0 : at::linalg_svdvals(product).sum().item<double>();
  const double of_means = (a.mean - b.mean).square().sum().item<double>();
  const double traces = a.covariance.trace().item<double>() + b.covariance.trace().item<double>();
  return std::max(0.0, of_means + traces - 2 * root_trace);
}

}  // namespace styler
