#include "styler/core/metrics/inception_score.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

#include "styler/base/error.hpp"
#include "styler/core/metrics/numpy_random.hpp"

namespace styler {

InceptionScore inception_score(const at::Tensor& logits, const InceptionScoreOptions& options) {
  const int64_t count = logits.size(0);
  STYLER_ASSERT(logits.dim() == 2 && options.splits >= 1 && count >= options.splits);
  const at::Tensor order = at::tensor(NumpyRandom(options.seed).permutation(count), at::kLong);
  const at::Tensor logs = at::log_softmax(logits.index_select(0, order).to(at::kDouble), 1);
  double sum = 0;
  double squares = 0;
  for (int64_t i = 0; i < options.splits; ++i) {
    const int64_t begin = i * count / options.splits;
    const at::Tensor part = logs.narrow(0, begin, (i + 1) * count / options.splits - begin);
    // Of a class that no picture has the logarithm stays finite so.
    const at::Tensor of_all = part.logsumexp(0, /*keepdim=*/true) - std::log(static_cast<double>(part.size(0)));
    const at::Tensor divergence = (part.exp() * (part - of_all)).sum(1).mean();
    const double score = std::exp(divergence.item<double>());
    sum += score;
    squares += score * score;
  }
  const auto splits = static_cast<double>(options.splits);
  const double mean = sum / splits;
  return {mean, std::sqrt(std::max(0.0, squares / splits - mean * mean))};
}

std::vector<LikelyClass> likely_classes(const at::Tensor& logits, int64_t count) {
  STYLER_ASSERT(logits.dim() == 2 && logits.size(0) == 1);
  const at::Tensor shares = at::softmax(logits[0].to(at::kCPU, at::kDouble), 0);
  const auto [values, numbers] = shares.topk(std::min(count, shares.size(0)));
  std::vector<LikelyClass> classes;
  classes.reserve(static_cast<size_t>(values.size(0)));
  for (int64_t i = 0; i < values.size(0); ++i) {
    classes.push_back({numbers[i].item<int64_t>(), values[i].item<double>()});
  }
  return classes;
}

}  // namespace styler
