#include "styler/train/discriminator.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

namespace styler {
namespace {

at::Tensor logits(std::vector<float> values) {
  return at::tensor(at::ArrayRef<float>(values), support::on_device()).view({1, 1, 1, -1});
}

double number_of(const at::Tensor& tensor) { return tensor.item<double>(); }

double largest_singular_value(const at::Tensor& weight) {
  const at::Tensor rows = weight.detach().flatten(1).to(at::kDouble);
  return std::sqrt(std::get<0>(at::linalg_eigh(at::matmul(rows, rows.t()))).max().item<double>());
}

}  // namespace

TEST_CASE("a logit sees as much as kField says, and a picture of that edge has one", "[discriminator]") {
  const Discriminator discriminator(8, 1, support::on_device(at::kFloat));
  constexpr int64_t kEdge = Discriminator::kField;
  CHECK(discriminator.run(at::zeros({2, 3, kEdge, kEdge}, support::on_device())).front().sizes() ==
        at::IntArrayRef({2, 1, 1, 1}));
  const at::Tensor wide = at::zeros({1, 3, kEdge, kEdge + 4}, support::on_device()).requires_grad_(true);
  const at::Tensor both = discriminator.run(wide).front();
  REQUIRE(both.sizes() == at::IntArrayRef({1, 1, 1, 2}));
  both.select(3, 0).sum().backward();
  const at::Tensor seen = wide.grad().abs().sum({0, 1, 2});
  CHECK((seen.narrow(0, 0, kEdge) > 0).all().item<bool>());
  CHECK((seen.narrow(0, kEdge, 4) == 0).all().item<bool>());
}

TEST_CASE("the convolutions' largest singular values are 1, whatever their weights", "[discriminator]") {
  Discriminator discriminator(8, 2, support::on_device(at::kFloat));
  for (const auto& [name, tensor] : discriminator.parameters()) {
    if (tensor.dim() == 4) tensor.detach().mul_(37);
  }
  for (int i = 0; i < 300; ++i) discriminator.follow_spectrum();
  for (size_t i = 0; i < 4; ++i) {
    const at::Tensor& weight = discriminator.parameters()[2 * i].second;
    const at::Tensor& u = discriminator.spectrum()[2 * i].second;
    const at::Tensor& v = discriminator.spectrum()[2 * i + 1].second;
    CHECK(u.dot(weight.flatten(1).mv(v)).item<double>() ==
          support::Approx(largest_singular_value(weight)).epsilon(1e-3));
  }
}

TEST_CASE("heads on features pass the generator's gradient on to the picture", "[discriminator]") {
  const support::TinyNetwork network(at::kDouble);
  const Discriminator discriminator(network, 4, 1, support::on_device(at::kDouble));
  const auto game = GENERATE(Adversarial::Hinge, Adversarial::Lsgan, Adversarial::Bce);
  const at::Tensor picture = support::picture({6, 8}, 3, at::kDouble);
  const auto eyes = [](const at::Tensor& shown) { return 0.9 * shown.square(); };
  const auto loss = [&](const at::Tensor& shown) {
    return generator_loss(game, discriminator.run(eyes(shown))).item<double>();
  };
  const at::Tensor gradient = discriminator.picture_gradient(game, picture, eyes);
  CHECK(support::relative_error(gradient, support::numeric_gradient(loss, picture)) < 1e-4);
  CHECK(gradient.norm().item<double>() > 0);
  const std::vector<at::Tensor> heads = discriminator.run(picture);
  REQUIRE(heads.size() == 2);
  CHECK(heads[0].sizes() == at::IntArrayRef({1, 1, 6, 8}));
  CHECK(heads[1].sizes() == at::IntArrayRef({1, 1, 3, 4}));
}

TEST_CASE("heads count alike, however many positions each has", "[discriminator]") {
  const std::vector<at::Tensor> real = {logits({2, 0.5, 3, 3}), logits({-1})};
  const std::vector<at::Tensor> fake = {logits({-3}), logits({0.25, 0.5})};
  const auto game = GENERATE(Adversarial::Hinge, Adversarial::Lsgan, Adversarial::Bce);
  const auto of_head = [&](size_t i) { return number_of(discriminator_loss(game, real[i], fake[i], {})); };
  CHECK(number_of(discriminator_loss(game, real, fake, {})) == support::Approx((of_head(0) + of_head(1)) / 2));
  CHECK(number_of(generator_loss(game, fake)) ==
        support::Approx((number_of(generator_loss(game, fake[0])) + number_of(generator_loss(game, fake[1]))) / 2));
  WinRate wins(game, 0);
  wins.add(wins.right(real, fake));
  CHECK(wins.rate() > 0);
}

TEST_CASE("the games' losses are those of their papers", "[discriminator]") {
  const at::Tensor real = logits({2, 0.5}), fake = logits({-3, 0.25}), photos = logits({1});
  CHECK(number_of(discriminator_loss(Adversarial::Hinge, real, fake, {})) == support::Approx(0.5 * (0.25 + 0.625)));
  CHECK(number_of(discriminator_loss(Adversarial::Hinge, real, fake, photos)) ==
        support::Approx(0.5 * (0.25 + (0.625 + 0.5 * 2) / 1.5)));
  CHECK(number_of(generator_loss(Adversarial::Hinge, fake)) == support::Approx(1.375));
  CHECK(number_of(discriminator_loss(Adversarial::Lsgan, real, fake, {})) ==
        support::Approx(0.5 * ((1.21 + 0.16) / 2 + (9.61 + 0.0225) / 2)));
  CHECK(number_of(generator_loss(Adversarial::Lsgan, fake)) == support::Approx((3.9 * 3.9 + 0.65 * 0.65) / 2));
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  CHECK(number_of(discriminator_loss(Adversarial::Bce, real, fake, {})) ==
        support::Approx(0.25 * (softplus(-2) + softplus(-0.5) + softplus(-3) + softplus(0.25))));
  CHECK(number_of(generator_loss(Adversarial::Bce, fake)) == support::Approx(0.5 * (softplus(3) + softplus(-0.25))));
}

TEST_CASE("a logit of a hundred is no infinity", "[discriminator]") {
  const auto game = GENERATE(Adversarial::Hinge, Adversarial::Lsgan, Adversarial::Bce);
  CHECK(std::isfinite(number_of(discriminator_loss(game, logits({-100}), logits({100}), logits({100})))));
  CHECK(std::isfinite(number_of(generator_loss(game, logits({-100})))));
}

TEST_CASE("a discriminator learns to tell stripes from noise", "[discriminator]") {
  Discriminator discriminator(8, 3, support::on_device(at::kFloat));
  for (const auto& [name, tensor] : discriminator.parameters()) tensor.requires_grad_(true);
  const at::Tensor stripes = at::arange(48, support::on_device(at::kFloat))
                                 .div(3)
                                 .floor()
                                 .remainder(2)
                                 .view({1, 1, 1, 48})
                                 .expand({1, 3, 48, 48});
  const auto game = GENERATE(Adversarial::Hinge, Adversarial::Lsgan, Adversarial::Bce);
  WinRate wins(game);
  for (uint64_t step = 0; step < 60; ++step) {
    discriminator.follow_spectrum();
    const at::Tensor real = discriminator.run(stripes.roll(static_cast<int64_t>(step % 6), 3)).front();
    const at::Tensor fake =
        discriminator.run(support::noise({1, 3, 48, 48}, at::kFloat, step).mul(0.3).add(0.5)).front();
    wins.add(wins.right(real, fake));
    for (const auto& [name, tensor] : discriminator.parameters()) tensor.mutable_grad() = at::Tensor();
    discriminator_loss(game, real, fake, {}).backward();
    for (const auto& [name, tensor] : discriminator.parameters()) tensor.detach().sub_(tensor.grad(), 0.1);
  }
  CHECK(wins.rate() > 0.75);
}

TEST_CASE("augmented pictures are all different, keep their size, and pass gradients on", "[discriminator]") {
  auto random = at::detail::createCPUGenerator(5);
  const at::Tensor picture = support::picture({40, 60}, 2).expand({3, 3, 40, 60}).clone().requires_grad_(true);
  const at::Tensor changed = augmented(picture, random);
  REQUIRE(changed.sizes() == picture.sizes());
  CHECK_FALSE(at::equal(changed[0], changed[1]));
  CHECK_FALSE(at::equal(changed[1], changed[2]));
  changed.square().sum().backward();
  CHECK((picture.grad().abs().sum({1, 2, 3}) > 0).all().item<bool>());
  auto again = at::detail::createCPUGenerator(5);
  CHECK(at::equal(augmented(picture, again), changed));
}

TEST_CASE("whose turn it is goes by how often the discriminator is right", "[discriminator]") {
  WinRate wins(Adversarial::Hinge);
  CHECK(wins.discriminator_learns());
  CHECK_FALSE(wins.generator_listens());
  for (int i = 0; i < 100; ++i) wins.add(wins.right(logits({1}), logits({-1})));
  CHECK(wins.rate() > 0.95);
  CHECK_FALSE(wins.discriminator_learns());
  CHECK(wins.generator_listens());
  for (int i = 0; i < 100; ++i) wins.add(wins.right(logits({-1, 1}), logits({-1, 1})));
  CHECK(wins.rate() == support::Approx(0.5).margin(0.01));
}

TEST_CASE("the balanced gradient has its share of the other's length", "[discriminator]") {
  const at::Tensor perceptual = support::noise({1, 3, 8, 8}, at::kDouble, 1);
  const at::Tensor adversarial = 1e3 * support::noise({1, 3, 8, 8}, at::kDouble, 2);
  const double weight = balanced_weight(perceptual, adversarial, 0.5);
  CHECK((weight * adversarial).norm().item<double>() == support::Approx(0.5 * perceptual.norm().item<double>()));
  CHECK(balanced_weight(perceptual, at::zeros_like(adversarial), 0.5) <= 5e3);
}

}  // namespace styler
