#include "styler/core/metrics/kernel_distance.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

#include "styler/base/error.hpp"
#include "styler/core/metrics/numpy_random.hpp"

namespace styler {
namespace {

/// A number below `bound`. Not std::uniform_int_distribution, whose numbers differ between libraries.
uint64_t below(std::mt19937_64& random, uint64_t bound) {
  const uint64_t fair = std::mt19937_64::max() - std::mt19937_64::max() % bound;
  uint64_t drawn = random();
  while (drawn >= fair) drawn = random();
  return drawn % bound;
}

/// `count` rows of them, each at most once.
at::Tensor chosen_rows(const at::Tensor& rows, int64_t count, NumpyRandom& random) {
  return rows.index_select(0, at::tensor(random.choice(rows.size(0), count), at::kLong));
}

at::Tensor kernel(const at::Tensor& a, const at::Tensor& b) {
  return (at::mm(a, b.t()) / static_cast<double>(a.size(1)) + 1).pow(3);
}

/// The mean of the kernel over all pairs of two.
double mean_of_pairs(const at::Tensor& rows) {
  const at::Tensor of_all = kernel(rows, rows);
  const auto count = static_cast<double>(rows.size(0));
  return (of_all.sum() - of_all.trace()).item<double>() / (count * (count - 1));
}

}  // namespace

double squared_discrepancy(const at::Tensor& a, const at::Tensor& b) {
  STYLER_ASSERT(a.size(1) == b.size(1) && a.size(0) >= 2 && b.size(0) >= 2);
  const at::Tensor first = a.to(at::kDouble);
  const at::Tensor second = b.to(at::kDouble);
  return mean_of_pairs(first) + mean_of_pairs(second) - 2 * kernel(first, second).mean().item<double>();
}

KernelDistance kernel_distance(const at::Tensor& a, const at::Tensor& b, const KernelDistanceOptions& options) {
  KernelDistance distance;
  distance.subset_size = std::min({options.subset_size, a.size(0), b.size(0)});
  if (a.size(0) == distance.subset_size && b.size(0) == distance.subset_size) {
    distance.mean = squared_discrepancy(a, b);
    return distance;
  }
  NumpyRandom random(options.seed);
  double sum = 0;
  double squares = 0;
  for (int64_t i = 0; i < options.subsets; ++i) {
    const at::Tensor of_a = chosen_rows(a, distance.subset_size, random);
    const double value = squared_discrepancy(of_a, chosen_rows(b, distance.subset_size, random));
    sum += value;
    squares += value * value;
  }
  const auto count = static_cast<double>(options.subsets);
  distance.mean = sum / count;
  distance.stddev = std::sqrt(std::max(0.0, squares / count - distance.mean * distance.mean));
  return distance;
}

void FeatureSample::add(const at::Tensor& features) {
  for (const at::Tensor& row : features.to(at::kCPU, at::kDouble).unbind(0)) {
    ++seen_;
    if (size() < capacity_) {
      rows_.push_back(row.clone());
      continue;
    }
    // Algorithm R (Vitter 1985): each of those seen so far is kept with the same probability.
    const uint64_t place = below(random_, static_cast<uint64_t>(seen_));
    if (place < rows_.size()) rows_[place] = row.clone();
  }
}

at::Tensor FeatureSample::features() const {
  STYLER_ASSERT(!rows_.empty());
  return at::stack(rows_);
}

}  // namespace styler
