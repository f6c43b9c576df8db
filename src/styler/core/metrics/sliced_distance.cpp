#include "styler/core/metrics/sliced_distance.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/randn.h>

#include <algorithm>
#include <tuple>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// The levels of a distribution of `count` equally heavy points, 1/count … 1.
at::Tensor levels(int64_t count) { return at::arange(1, count + 1, at::kDouble) / static_cast<double>(count); }

/// Which point of `count` stands at each level.
at::Tensor points_at(const at::Tensor& level, int64_t count) {
  return (level * static_cast<double>(count)).floor().clamp(0, static_cast<double>(count - 1)).to(at::kLong);
}

}  // namespace

double sliced_distance(const at::Tensor& a, const at::Tensor& b, int64_t directions, uint64_t seed) {
  STYLER_ASSERT(a.size(1) == b.size(1) && a.size(0) >= 1 && b.size(0) >= 1);
  const int64_t dimensions = a.size(1);
  at::Tensor axes = at::randn({dimensions, directions}, at::detail::createCPUGenerator(seed), at::kDouble);
  axes = axes / axes.square().sum(0, /*keepdim=*/true).sqrt();
  const auto sorted = [&axes](const at::Tensor& rows) {
    return std::get<0>(at::mm(rows.to(at::kDouble), axes).sort(/*dim=*/0));
  };
  // Between two neighbouring levels of either set both quantile functions are constant.
  const at::Tensor ends = std::get<0>(at::cat({levels(a.size(0)), levels(b.size(0))}).sort());
  const at::Tensor starts = at::cat({at::arange(0, 1, at::kDouble), ends.narrow(0, 0, ends.size(0) - 1)});
  const at::Tensor middles = (starts + ends) / 2;
  const at::Tensor difference = sorted(a).index_select(0, points_at(middles, a.size(0))) -
                                sorted(b).index_select(0, points_at(middles, b.size(0)));
  const at::Tensor along = (difference.square() * (ends - starts).unsqueeze(1)).sum(0);
  return 3.0 * static_cast<double>(dimensions) * along.mean().item<double>();
}

}  // namespace styler
