#include "styler/core/loss/content.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty_like.h>

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/kernels/feature_rows.hpp"

namespace styler {
namespace {

/// The difference in at least float32.
at::Tensor wide_difference(const at::Tensor& features, const at::Tensor& target) {
  STYLER_ASSERT(features.sizes() == target.sizes());
  return features.to(wide_type(features)) - target;
}

}  // namespace

double content_loss(const at::Tensor& features, const at::Tensor& target, double factor, const at::Tensor& weights) {
  double sum = 0;
  for_each_band(features, [&](const auto& band) {
    const at::Tensor difference = wide_difference(band(features), band(target));
    sum += sum_of_squares(weights.defined() ? difference * band(weights).sqrt() : difference);
  });
  return factor * sum;
}

at::Tensor content_feature_gradient(const at::Tensor& features, const at::Tensor& target, double factor,
                                    const at::Tensor& weights) {
  at::Tensor result = at::empty_like(features);
  for_each_band(features, [&](const auto& band) {
    at::Tensor gradient = wide_difference(band(features), band(target)).mul_(2 * factor);
    if (weights.defined()) gradient.mul_(band(weights));
    band(result).copy_(gradient);
  });
  return result;
}

}  // namespace styler
