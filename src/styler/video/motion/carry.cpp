#include "styler/video/motion/carry.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cstdint>

#include "styler/video/motion/mat.hpp"

namespace styler {
namespace {

/// Keeps divisions by weights from being by nothing.
constexpr double kLittle = 1e-6;

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

/// What earlier frames and a later one know, each where it is seen.
struct Shares {
  at::Tensor of_key, of_others;
};

/// \param others, key  [1, 1, H, W]: where they are seen.
Shares shares_of_both(const at::Tensor& others, const at::Tensor& key, double share) {
  return {key * (share + (1 - share) * (1 - others)), others * (1 - share * key)};
}

}  // namespace

Reliability Relation::reliability() const {
  return weight.defined() ? Reliability{weight, weight} : reliability_of(back, forth);
}

Carried carried_along(const std::vector<Relation>& relations, const at::Tensor& fill) {
  const at::Tensor there = on_processor(fill);
  at::Tensor exact = at::zeros_like(there.narrow(1, 0, 1));
  at::Tensor visible = at::zeros_like(exact);
  at::Tensor expected = at::zeros_like(there), start = at::zeros_like(there);
  for (const Relation& relation : relations) {
    const Reliability reliability = relation.reliability();
    const at::Tensor moved = warped(relation.painted, relation.back);
    expected.add_(moved * added_share(reliability.exact, exact));
    start.add_(moved * added_share(reliability.visible, visible));
  }
  start.add_(there * (1 - visible));
  // Where nothing is expected the division leaves the zeros that are there.
  return {start,
          {expected.div_(exact.clamp_min(kLittle)), exact},
          visible,
          visible.mean().item<double>(),
          has_large_hole(visible)};
}

Carried on_the_way(const Carried& carried, const Relation& key, double share) {
  const Reliability reliability = key.reliability();
  const at::Tensor moved = warped(key.painted, key.back);
  Carried result;
  const Shares seen = shares_of_both(carried.visible, reliability.visible, share);
  result.start = carried.start + seen.of_key * (moved - carried.start);
  const Shares exact = shares_of_both(carried.near.weight, reliability.exact, share);
  const at::Tensor sum = exact.of_key + exact.of_others;
  result.near = {(exact.of_others * carried.near.colour + exact.of_key * moved).div_(sum.clamp_min(kLittle)), sum};
  result.visible = at::maximum(carried.visible, reliability.visible);
  result.coverage = result.visible.mean().item<double>();
  result.has_large_hole = has_large_hole(result.visible);
  return result;
}

}  // namespace styler
