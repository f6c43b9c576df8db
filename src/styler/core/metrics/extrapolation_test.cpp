#include "styler/core/metrics/extrapolation.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {
namespace {

constexpr int64_t kSmall = 24;

/// Of the standard normal distribution, as the rows below are.
Gaussian standard() { return gaussian_of({0, at::zeros({kSmall}, at::kDouble), at::eye(kSmall, at::kDouble)}); }

}  // namespace

TEST_CASE("the distance at infinity lacks most of what few pictures add", "[extrapolation]") {
  const at::Tensor rows = at::randn({600, kSmall}, at::detail::createCPUGenerator(5), at::kDouble);
  const Gaussian reference = standard();
  const double measured = frechet_distance(gaussian_of_rows(rows), reference);  // 0 of infinitely many
  const double at_infinity = extrapolated_distance(rows, reference);
  CHECK(measured > 0.1);
  CHECK(std::abs(at_infinity) < 0.5 * measured);
  CHECK(at_infinity == extrapolated_distance(rows, reference, {.seed = 2020}));
  CHECK(at_infinity != extrapolated_distance(rows, reference, {.seed = 1}));
}

TEST_CASE("of pairs the same subsets are taken of both", "[extrapolation]") {
  const at::Tensor rows = support::noise({30, kSmall}, at::kDouble, 3);
  CHECK(std::abs(extrapolated_distance(rows, rows)) < 1e-9);
  CHECK(extrapolated_distance(rows, rows + 1) == support::Approx(kSmall).epsilon(1e-9));
}

}  // namespace styler
