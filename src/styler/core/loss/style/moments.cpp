#include "styler/core/loss/style/moments.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros_like.h>

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/kernels/feature_rows.hpp"
#include "styler/core/kernels/samples.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"

namespace styler {

void add_scaled(LayerStatistics& sum, const LayerStatistics& addend, double factor) {
  const auto add = [factor](at::Tensor& to, const at::Tensor& from) {
    if (from.defined()) add_to(to, from * factor);
  };
  add(sum.gram, addend.gram);
  add(sum.mean, addend.mean);
  add(sum.quantiles, addend.quantiles);
}

LayerStatistics per_position(LayerStatistics sums, double weight_sum) {
  for (at::Tensor* const moment : {&sums.gram, &sums.mean}) {
    if (moment->defined()) *moment = *moment / weight_sum;
  }
  return sums;
}

at::Tensor mean_sum(const at::Tensor& features, const at::Tensor& weights) {
  check_is_one_picture(features);
  at::Tensor sum;
  for_each_band(features, [&](const auto& band) {
    const at::Tensor wide = band(features).to(wide_type(features));
    const at::Tensor weighted = weights.defined() ? wide * band(weights).to(wide.scalar_type()) : wide;
    add_to(sum, weighted.sum(at::IntArrayRef{0, 2, 3}));
  });
  return sum;
}

at::Tensor moment_feature_gradient(const MomentLoss& loss, const at::Tensor& features, double weight_sum,
                                   const at::Tensor& weights) {
  STYLER_ASSERT(loss.has_gradient());
  at::Tensor gradient = loss.gram_gradient.defined()
                            ? gram_feature_gradient(loss.gram_gradient, features, weight_sum, weights)
                            : at::zeros_like(features);
  if (!loss.mean_gradient.defined()) return gradient;
  const at::Tensor row = (loss.mean_gradient / weight_sum).view({1, -1, 1, 1}).to(gradient.scalar_type());
  if (!weights.defined()) return gradient.add_(row);
  return gradient.addcmul_(row, weights.to(gradient.scalar_type()));
}

}  // namespace styler
