#include "styler/core/loss/style/gram_matrix.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/kernels/fast_gram.hpp"
#include "styler/core/kernels/feature_rows.hpp"
#include "styler/core/kernels/samples.hpp"

namespace styler {

at::Tensor gram_sum(const at::Tensor& features, const at::Tensor& weights) {
  check_is_one_picture(features);
  if (has_fast_gram(features)) {
    if (!weights.defined()) return fast_gram(features);
    at::Tensor sum;
    for_each_band(features, [&](const auto& band) {
      const at::Tensor weighted = band(features) * band(weights).sqrt();  // wide, so that it is rounded but once
      add_to(sum, fast_gram(weighted.to(features.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast)));
    });
    return sum;
  }

  const at::Tensor rows = rows_of_positions(features);
  const int64_t positions = rows.size(0);
  const at::Tensor roots = weights.defined() ? column_of_positions(weights).sqrt() : at::Tensor();
  if (!is_reduced_precision(rows)) {
    const at::Tensor weighted = roots.defined() ? rows * roots.to(rows.scalar_type()) : rows;
    return at::mm(weighted.t(), weighted);
  }

  // A product of bfloat16 would also round its sums to bfloat16, and near the target G − A is what is left of two
  // equal numbers. Widening block by block keeps the float32 copy in the cache.
  constexpr int64_t kBlock = 8192;
  at::Tensor gram = at::zeros({rows.size(1), rows.size(1)}, rows.options().dtype(at::kFloat));
  for (int64_t begin = 0; begin < positions; begin += kBlock) {
    const int64_t length = std::min(kBlock, positions - begin);
    at::Tensor block = rows.narrow(0, begin, length).to(at::kFloat);
    if (roots.defined()) block.mul_(roots.narrow(0, begin, length));
    gram.addmm_(block.t(), block);
  }
  return gram;
}

at::Tensor gram_matrix(const at::Tensor& features, const at::Tensor& weights) {
  const double weight_sum = sum_of_weights(features, weights);
  STYLER_ASSERT(weight_sum > 0);
  return gram_sum(features, weights).div_(weight_sum);
}

LossAndGradient gram_loss(const at::Tensor& gram, const at::Tensor& target, double factor) {
  STYLER_ASSERT(gram.dim() == 2 && gram.sizes() == target.sizes());
  at::Tensor difference = gram - target;
  const double loss = factor * sum_of_squares(difference);
  return {loss, difference.mul_(2 * factor)};
}

at::Tensor gram_feature_gradient(const at::Tensor& gram_gradient, const at::Tensor& features, double weight_sum,
                                 const at::Tensor& weights) {
  check_is_one_picture(features);
  const at::Tensor matrix = gram_gradient * (2 / weight_sum);
  if (has_fast_gram(features)) {
    at::Tensor gradient = fast_matrix_times(matrix, features);
    return weights.defined() ? gradient.mul_(weights) : gradient;
  }
  const at::Tensor rows = rows_of_positions(features);
  at::Tensor gradient = at::mm(rows, matrix.to(rows.scalar_type()));
  if (weights.defined()) gradient.mul_(column_of_positions(weights));
  return features_of_rows(gradient, features);
}

}  // namespace styler
