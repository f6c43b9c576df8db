#include "styler/resample.hpp"

#include "support/catch.hpp"
#include "support/tensors.hpp"

using namespace styler;

TEST_CASE("resized gives the size asked for", "[resample]") {
  const Size from = GENERATE(Size{1, 1}, Size{17, 300}, Size{64, 48});
  const Size to = GENERATE(Size{1, 1}, Size{16, 301}, Size{128, 96});
  CHECK(picture_size(resized(support::picture(from), to)) == to);
}

TEST_CASE("resized keeps a plain picture plain", "[resample]") {
  const at::Tensor plain = at::full({1, 3, 20, 31}, 0.4);
  CHECK((resized(plain, {7, 11}) - 0.4).abs().max().item<double>() < 1e-6);
  CHECK((resized(plain, {70, 110}) - 0.4).abs().max().item<double>() < 1e-6);
}

TEST_CASE("resized averages when shrinking, so fine patterns do not alias", "[resample]") {
  // One white column in three, shrunk to a quarter: a kernel of fixed width would see now none, now two.
  const at::Tensor stripes = (at::arange(96) % 3 == 0).to(at::kFloat).view({1, 1, 1, 96}).expand({1, 3, 96, 96});
  const at::Tensor inside = resized(stripes, {24, 24}).slice(3, 3, 21);
  CHECK((inside - 1.0 / 3).abs().max().item<double>() < 0.05);
}
