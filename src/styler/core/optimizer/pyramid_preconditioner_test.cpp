#include "styler/core/optimizer/pyramid_preconditioner.hpp"

#include "styler/options/scales.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;

namespace {

/// Awkward ones too: odd, one pixel, one row, fewer halvings than levels.
Size any_size() { return GENERATE(Size{1, 1}, Size{1, 9}, Size{7, 1}, Size{2, 3}, Size{13, 22}, Size{64, 33}); }

double product(const at::Tensor& a, const at::Tensor& b) { return (a * b).sum().item<double>(); }

}  // namespace

TEST_CASE("The pyramid's sum is a symmetric matrix", "[pyramid]") {
  const Size size = any_size();
  const at::Tensor u = support::noise({1, 3, size.height, size.width}, at::kDouble, 1);
  const at::Tensor v = support::noise({1, 3, size.height, size.width}, at::kDouble, 2);
  CHECK(product(u, pyramid_sum(v)) == support::Approx(product(pyramid_sum(u), v)));
}

TEST_CASE("The pyramid's sum is a positive definite matrix", "[pyramid]") {
  // It is the identity plus positive semidefinite terms, so no direction comes out shorter.
  const Size size = any_size();
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const at::Tensor u = support::noise({1, 3, size.height, size.width}, at::kDouble, seed);
    CHECK(product(u, pyramid_sum(u)) >= product(u, u));
  }
}

TEST_CASE("The pyramid's sum makes most of what is smooth and keeps grain as it is", "[pyramid]") {
  const auto growth = [](const at::Tensor& u) { return product(u, pyramid_sum(u)) / product(u, u); };
  const at::Tensor constant = at::ones({1, 3, 64, 64}, support::on_device(at::kDouble));
  const at::Tensor sign = at::arange(64, support::on_device(at::kDouble)).remainder(2) * 2 - 1;
  const at::Tensor chequers = (sign.view({64, 1}) * sign).expand({1, 3, 64, 64});
  CHECK(growth(constant) > growth(support::noise({1, 3, 64, 64})));
  CHECK(growth(support::noise({1, 3, 64, 64})) > growth(chequers));
  CHECK(growth(chequers) == support::Approx(1).margin(0.02));
  const at::Tensor image = pyramid_sum(constant);
  CHECK(support::relative_error(image, constant * image.max()) < 1e-12);  // no border, no grid
}

TEST_CASE("The pyramid's sum leaves its argument alone and keeps shape and type", "[pyramid]") {
  const auto dtype = GENERATE(at::kFloat, at::kDouble);
  const Size size = any_size();
  const at::Tensor u = support::noise({1, 3, size.height, size.width}, dtype);
  const at::Tensor before = u.clone();
  const at::Tensor sum = pyramid_sum(u);
  CHECK(at::equal(u, before));
  CHECK(sum.sizes() == u.sizes());
  CHECK(sum.scalar_type() == dtype);
  CHECK(sum.data_ptr() != u.data_ptr());
}

TEST_CASE("On a torus the pyramid's sum is symmetric and rolls along with its argument", "[pyramid]") {
  const Size size = GENERATE(Size{64, 96}, Size{32, 32}, Size{7, 12});
  const at::Tensor u = support::noise({1, 3, size.height, size.width}, at::kDouble, 1);
  const at::Tensor v = support::noise({1, 3, size.height, size.width}, at::kDouble, 2);
  CHECK(product(u, pyramid_sum(v, /*wraps=*/true)) == support::Approx(product(pyramid_sum(u, true), v)));
  CHECK(product(u, pyramid_sum(u, true)) >= product(u, u));
  const at::Tensor rolled = pyramid_sum(u.roll({32, -32}, {2, 3}), true);
  CHECK(support::relative_error(rolled, pyramid_sum(u, true).roll({32, -32}, {2, 3})) < 1e-12);
}
