#include "styler/core/metrics/kernel_distance.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <set>

#include "styler/core/metrics/sliced_distance.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

namespace styler {

TEST_CASE("the kernel distance is the sum over pairs that its definition is", "[kernel_distance]") {
  const at::Tensor a = support::noise({5, 3}, at::kDouble, 1);
  const at::Tensor b = support::noise({4, 3}, at::kDouble, 2) + 0.5;
  const auto kernel = [](const at::Tensor& x, const at::Tensor& y) {
    return std::pow(x.dot(y).item<double>() / 3 + 1, 3);
  };
  double within_a = 0, within_b = 0, across = 0;
  for (int64_t i = 0; i < 5; ++i) {
    for (int64_t j = 0; j < 5; ++j) within_a += i == j ? 0 : kernel(a[i], a[j]) / 20;
    for (int64_t j = 0; j < 4; ++j) across += kernel(a[i], b[j]) / 20;
  }
  for (int64_t i = 0; i < 4; ++i) {
    for (int64_t j = 0; j < 4; ++j) within_b += i == j ? 0 : kernel(b[i], b[j]) / 12;
  }
  const double expected = within_a + within_b - 2 * across;
  CHECK(squared_discrepancy(a, b) == support::Approx(expected).margin(1e-12).epsilon(0));
}

TEST_CASE("subsets are drawn by the seed, and are all there is where there is no more", "[kernel_distance]") {
  const at::Tensor a = support::noise({60, 4}, at::kDouble, 3);
  const at::Tensor b = support::noise({50, 4}, at::kDouble, 4) + 1;
  const KernelDistance drawn = kernel_distance(a, b, {.subsets = 200, .subset_size = 20, .seed = 1});
  CHECK(drawn.subset_size == 20);
  CHECK(drawn.stddev > 0);
  CHECK(drawn.mean == kernel_distance(a, b, {.subsets = 200, .subset_size = 20, .seed = 1}).mean);
  CHECK(drawn.mean != kernel_distance(a, b, {.subsets = 200, .subset_size = 20, .seed = 2}).mean);
  // Unbiased: subsets of any size expect the same.
  CHECK(std::abs(drawn.mean - squared_discrepancy(a, b)) < 4 * drawn.stddev / std::sqrt(200));

  const KernelDistance whole = kernel_distance(a.narrow(0, 0, 50), b);
  CHECK(whole.subset_size == 50);
  CHECK(whole.stddev == 0);
  CHECK(whole.mean == squared_discrepancy(a.narrow(0, 0, 50), b));
}

TEST_CASE("two halves of one set are no distance apart on average", "[kernel_distance]") {
  double sum = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const at::Tensor rows = support::noise({20, 3}, at::kDouble, 100 + seed);
    sum += squared_discrepancy(rows.narrow(0, 0, 10), rows.narrow(0, 10, 10));
  }
  CHECK(std::abs(sum / 200) < 0.15);  // that of a biased estimate is about 1
}

TEST_CASE("a sample keeps all that there is room for, and each of more with the same chance", "[kernel_distance]") {
  FeatureSample small(10, 1);
  small.add(support::noise({4, 2}));
  small.add(support::noise({3, 2}));
  CHECK(small.size() == 7);
  CHECK(small.features().sizes() == at::IntArrayRef{7, 2});

  double sum = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    FeatureSample sample(10, seed);
    sample.add(at::arange(100, support::on_device(at::kDouble)).unsqueeze(1));
    const at::Tensor kept = sample.features();
    CHECK(std::get<0>(at::_unique(kept)).numel() == 10);
    sum += kept.mean().item<double>();
  }
  CHECK(sum / 100 == support::Approx(49.5).margin(2.5).epsilon(0));
}

TEST_CASE("the sliced distance of shifted sets is three times the square of the shift", "[sliced_distance]") {
  const at::Tensor rows = support::noise({30, 16}, at::kDouble, 5);
  const at::Tensor shift = support::noise({16}, at::kDouble, 6);
  CHECK(sliced_distance(rows, rows) == 0);
  // Along a random direction a shift is expected to have its square divided by the dimensions.
  CHECK(sliced_distance(rows, rows + shift, 20000) ==
        support::Approx(3 * shift.square().sum().item<double>()).margin(1).epsilon(0));
}

TEST_CASE("sets of different sizes are compared as distributions", "[sliced_distance]") {
  const at::Tensor rows = support::noise({6, 3}, at::kDouble, 7);
  const at::Tensor other = support::noise({4, 3}, at::kDouble, 8);
  // Twice the same points are the same distribution.
  CHECK(sliced_distance(rows, at::cat({rows, rows})) < 1e-20);
  CHECK(sliced_distance(at::cat({rows, rows}), at::cat({other, other, other})) ==
        support::Approx(sliced_distance(rows, other)).margin(1e-10).epsilon(0));
}

}  // namespace styler
