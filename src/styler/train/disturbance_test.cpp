#include "styler/train/disturbance.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cstdint>

#include "styler/train/trainer.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;

namespace {

/// Something smooth, so that all ways to move it agree.
at::Tensor hills() {
  const at::Tensor x = at::arange(64, support::on_device(at::kFloat)).view({1, 1, 1, 64});
  const at::Tensor y = at::arange(48, support::on_device(at::kFloat)).view({1, 1, 48, 1});
  return ((x / 9).sin() + (y / 7).cos()).mul(0.2).add(0.5).expand({2, 3, 48, 64}).contiguous();
}

at::Tensor crop_of(uint64_t seed) { return support::picture({24, 32}, seed); }

}  // namespace

TEST_CASE("Who paints nothing flickers by the noise alone", "[disturbance]") {
  at::Generator random = at::detail::createCPUGenerator(3);
  const at::Tensor photos = hills();
  const Disturbance disturbance(photos, random);
  const at::Tensor disturbed = disturbance.photos(photos);
  CHECK(disturbance.loss(photos, disturbed).loss == support::Approx(1.4e-4).epsilon(0.2));
  CHECK((disturbed - photos).square().mean().item<double>() > 2e-4);  // it moves, too
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
    at::Tensor more = other.clone(), less = other.clone();
    more[1][2][24][x] += little;
    less[1][2][24][x] -= little;
    const double rise = (disturbance.loss(photos, more).loss - disturbance.loss(photos, less).loss) / (2 * little);
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

TEST_CASE("Who is trained against flicker paints disturbed photos more alike", "[trainer]") {
  const support::TinyNetwork network;
  const auto flicker = [&](bool stable) {
    TrainOptions options;
    options.width = GeneratorWidth::Tiny;
    options.objective = support::TinyNetwork::objective_options();
    options.average_share = 0.1;
    options.stable = stable;
    const Trainer::StyleParts painting = {
        {compute_style_targets(network, options.objective, {support::picture({32, 40}, 50), {}})}};
    Trainer trainer(network, options, {painting});
    for (uint64_t i = 0; i < 40; ++i) {
      CHECK((trainer.step(crop_of(i % 4), {}, 0).flicker > 0) == stable);
    }
    // How it goes on where both are judged alike.
    const at::NoGradGuard no_grad;
    at::Generator random = at::detail::createCPUGenerator(5);
    const Generator generator = trainer.averaged().generator;
    double sum = 0;
    for (uint64_t i = 100; i < 104; ++i) {
      const Disturbance disturbance(crop_of(i), random);
      sum += disturbance.loss(generator.run(crop_of(i)), generator.run(disturbance.photos(crop_of(i)))).loss;
    }
    return sum;
  };
  CHECK(flicker(true) < 0.8 * flicker(false));
}
