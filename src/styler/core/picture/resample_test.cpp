#include "styler/core/picture/resample.hpp"

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;

TEST_CASE("resized gives the size asked for", "[resample]") {
  const Size from = GENERATE(Size{1, 1}, Size{17, 300}, Size{64, 48});
  const Size to = GENERATE(Size{1, 1}, Size{16, 301}, Size{128, 96});
  CHECK(picture_size(resized(support::picture(from), to)) == to);
}

TEST_CASE("resized keeps a plain picture plain", "[resample]") {
  const at::Tensor plain = at::full({1, 3, 20, 31}, 0.4, support::on_device());
  CHECK((resized(plain, {7, 11}) - 0.4).abs().max().item<double>() < 1e-6);
  CHECK((resized(plain, {70, 110}) - 0.4).abs().max().item<double>() < 1e-6);
}

TEST_CASE("resized averages when shrinking, so fine patterns do not alias", "[resample]") {
  // One white column in three, shrunk to a quarter: a kernel of fixed width would see now none, now two.
  const at::Tensor stripes =
      (at::arange(96, support::on_device()) % 3 == 0).to(at::kFloat).view({1, 1, 1, 96}).expand({1, 3, 96, 96});
  const at::Tensor inside = resized(stripes, {24, 24}).slice(3, 3, 21);
  CHECK((inside - 1.0 / 3).abs().max().item<double>() < 0.05);
}

TEST_CASE("resized_around takes what lies beyond an edge from the opposite side", "[resample]") {
  const at::Tensor picture = support::picture({16, 24}, 1, at::kDouble);
  const Size to = GENERATE(Size{32, 48}, Size{8, 12}, Size{16, 48});
  const at::Tensor rolled = resized_around(picture.roll({8, -12}, {2, 3}), to);
  const at::Tensor expected = resized_around(picture, to).roll({to.height / 2, -to.width / 2}, {2, 3});
  CHECK(support::relative_error(rolled, expected) < 1e-12);
  CHECK(picture_size(resized_around(picture, {5, 70})) == Size{5, 70});
  // Far from the edges it is what resized() gives.
  const Size twice = {32, 48};
  const auto inside = [](const at::Tensor& tensor) { return tensor.slice(2, 8, 24).slice(3, 8, 40); };
  CHECK(support::relative_error(inside(resized_around(picture, twice)), inside(resized(picture, twice))) < 1e-12);
}
