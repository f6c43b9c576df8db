#include "styler/video/motion/carry.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cstdint>

#include "styler/base/error.hpp"
#include "styler/video/motion/mat.hpp"

namespace styler {
namespace {

/// What a relation adds to those before it; their sum grows by it.
at::Tensor added_share(const at::Tensor& share, at::Tensor& sum) {
  const at::Tensor added = (share - sum).clamp_min(0);
  sum = sum + added;
  return added;
}

/// Whether a square of this edge somewhere holds less than half of what is visible at every pixel of it.
bool has_large_hole(const at::Tensor& visible) {
  if (std::min(visible.size(2), visible.size(3)) < kLargeHole) return false;
  constexpr int64_t kStep = 4;
  const at::Tensor most = at::max_pool2d(visible, {kLargeHole, kLargeHole}, {kStep, kStep});
  return most.min().item<double>() < 0.5;
}

}  // namespace

Carried carried_along(const std::vector<Relation>& relations, const at::Tensor& fill) {
  STYLER_ASSERT(!relations.empty());
  const at::Tensor there = on_processor(fill);
  at::Tensor exact = at::zeros_like(there.narrow(1, 0, 1));
  at::Tensor visible = at::zeros_like(exact);
  at::Tensor expected = at::zeros_like(there), start = at::zeros_like(there);
  for (const Relation& relation : relations) {
    const Reliability reliability = reliability_of(relation.back, relation.forth);
    const at::Tensor moved = warped(relation.painted, relation.back);
    expected.add_(moved * added_share(reliability.exact, exact));
    start.add_(moved * added_share(reliability.visible, visible));
  }
  start.add_(there * (1 - visible));
  // Where nothing is expected the division leaves the zeros that are there.
  return {start, {expected.div_(exact.clamp_min(1e-6)), exact}, visible.mean().item<double>(), has_large_hole(visible)};
}

}  // namespace styler
