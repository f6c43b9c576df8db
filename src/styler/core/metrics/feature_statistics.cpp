#include "styler/core/metrics/feature_statistics.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/zeros.h>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// As many features go into the sums at once: the product of a few rows would go through all of the covariance for
/// each.
constexpr int64_t kMergedRows = 128;

}  // namespace

FeatureAccumulator::FeatureAccumulator(int64_t dimensions)
    : mean_(at::zeros({dimensions}, at::kDouble)), scatter_(at::zeros({dimensions, dimensions}, at::kDouble)) {}

void FeatureAccumulator::add(const at::Tensor& features) {
  STYLER_ASSERT(features.dim() == 2 && features.size(1) == dimensions());
  if (features.size(0) == 0) return;
  waiting_.push_back(features.to(at::kCPU, at::kDouble));
  waiting_rows_ += features.size(0);
  if (waiting_rows_ >= kMergedRows) merge();
}

void FeatureAccumulator::merge() const {
  if (waiting_.empty()) return;
  const at::Tensor rows = at::cat(waiting_);
  const auto added = static_cast<double>(rows.size(0));
  const auto before = static_cast<double>(count_);
  const at::Tensor mean = rows.mean(0);
  const at::Tensor centred = rows - mean;
  const at::Tensor shift = mean - mean_;
  // Chan, Golub & LeVeque (1979), for two sets whose means differ.
  scatter_ += at::mm(centred.t(), centred) + at::outer(shift, shift) * (before * added / (before + added));
  mean_ += shift * (added / (before + added));
  count_ += rows.size(0);
  waiting_.clear();
  waiting_rows_ = 0;
}

FeatureStatistics FeatureAccumulator::statistics() const {
  merge();
  STYLER_ASSERT(count_ >= 2);
  return {count_, mean_.clone(), scatter_ / static_cast<double>(count_ - 1)};
}

}  // namespace styler
