#include "styler/train/disturbance.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;

namespace {

/// Something smooth, so that all ways to move it agree.
at::Tensor hills() {
  const at::Tensor x = at::arange(64, support::on_device(at::kFloat)).view({1, 1, 1, 64});
  const at::Tensor y = at::arange(48, support::on_device(at::kFloat)).view({1, 1, 48, 1});
  return ((x / 9).sin() + (y / 7).cos()).mul(0.2).add(0.5).expand({2, 3, 48, 64}).contiguous();
}

}  // namespace

TEST_CASE("Who paints nothing flickers by the noise alone", "[disturbance]") {
  at::Generator random = at::detail::createCPUGenerator(3);
  const at::Tensor photos = hills();
  const Disturbance disturbance(photos, random);
  const at::Tensor disturbed = disturbance.photos(photos);
  CHECK(disturbance.loss(photos, disturbed).loss == support::Approx(1.4e-4).epsilon(0.2));
  CHECK((disturbed - photos).square().mean().item<double>() > 4e-4);  // it moves
  CHECK(disturbed.min().item<double>() >= 0);
  CHECK(disturbed.max().item<double>() <= 1);
}

TEST_CASE("The gradient of flicker is that of its loss, and of what is seen in both alone", "[disturbance]") {
  at::Generator random = at::detail::createCPUGenerator(4);
  const at::Tensor photos = hills(), other = (photos * 0.7).add_(0.1);
  const Disturbance disturbance(photos, random);
  const LossAndGradient result = disturbance.loss(photos, other);
  const double little = 1e-2;
  for (const int64_t x : {20, 33, 50}) {
    at::Tensor more = other.clone();
    more[1][2][24][x] += little;
    const double rise = (disturbance.loss(photos, more).loss - result.loss) / little;
    CHECK(result.gradient[1][2][24][x].item<double>() == support::Approx(rise).epsilon(0.1).margin(1e-7));
  }
}

TEST_CASE("Disturbances differ, and the same seed gives the same", "[disturbance]") {
  const at::Tensor photos = hills();
  at::Generator random = at::detail::createCPUGenerator(5), again = at::detail::createCPUGenerator(5);
  const at::Tensor first = Disturbance(photos, random).photos(photos);
  CHECK(at::equal(first, Disturbance(photos, again).photos(photos)));
  CHECK_FALSE(at::equal(first, Disturbance(photos, random).photos(photos)));
}
