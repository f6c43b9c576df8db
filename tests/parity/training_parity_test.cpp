#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fixtures.hpp"
#include "styler/train/discriminator.hpp"
#include "styler/train/parameter_steps.hpp"
#include "styler/train/trainer.hpp"
#include "support/catch.hpp"
#include "support/tiny_network.hpp"
#include "waves.hpp"

namespace styler {
namespace {

using parity::waves;

constexpr int64_t kChannels = 4;

/// That of make_generator_fixture.py.
Discriminator discriminator_of_waves() {
  Discriminator discriminator(kChannels, 1, at::kDouble);
  for (size_t i = 0; i < discriminator.parameters().size() / 2; ++i) {
    const auto number = static_cast<double>(i);
    const auto fill = [](const at::Tensor& tensor, double of, double amplitude) {
      tensor.copy_(waves(tensor.sizes(), of, amplitude));
    };
    fill(discriminator.parameters()[2 * i].second, 200 + number, 1);
    fill(discriminator.parameters()[2 * i + 1].second, 210 + number, 0.1);
    for (size_t side = 0; side < 2; ++side) {
      const at::Tensor& vector = discriminator.spectrum()[2 * i + side].second;
      fill(vector, 220 + 10 * static_cast<double>(side) + number, 1);
      vector.div_(vector.norm());
    }
  }
  return discriminator;
}

void check_probes(const at::Tensor& tensor, const nlohmann::json& probes, double most) {
  const parity::ProbeError error = parity::probe_error(tensor.detach(), probes);
  CHECK(error.value < most);
  CHECK(error.norm < most);
}

void check_number(double value, const nlohmann::json& expected) {
  CHECK(value == support::Approx(expected.get<double>()).epsilon(1e-9));
}

}  // namespace

TEST_CASE("a discriminator judges and learns as one with PyTorch's spectral norm", "[parity]") {
  const nlohmann::json fixture = parity::fixture("training").at("discriminator");
  Discriminator discriminator = discriminator_of_waves();
  for (const auto& [name, tensor] : discriminator.parameters()) tensor.requires_grad_(true);
  for (int i = 0; i < 2; ++i) discriminator.follow_spectrum();
  for (size_t i = 0; i < fixture.at("sigmas").size(); ++i) {
    const at::Tensor rows = discriminator.parameters()[2 * i].second.detach().flatten(1);
    const at::Tensor& u = discriminator.spectrum()[2 * i].second;
    const at::Tensor& v = discriminator.spectrum()[2 * i + 1].second;
    check_number(u.dot(rows.mv(v)).item<double>(), fixture.at("sigmas").at(i));
  }
  std::vector<at::Tensor> pictures, logits;
  for (const double number : {60.0, 61.0, 62.0}) {
    pictures.push_back((0.5 + waves({2, 3, 31, 27}, number, 2000)).requires_grad_(true));
    logits.push_back(discriminator.run(pictures.back()).front());
  }
  check_probes(logits.front(), fixture.at("logits"), 1e-9);
  for (const auto& [word, game] :
       {std::pair("hinge", Adversarial::Hinge), {"lsgan", Adversarial::Lsgan}, {"bce", Adversarial::Bce}}) {
    CAPTURE(word);
    const nlohmann::json& expected = fixture.at("games").at(word);
    const at::Tensor of_generator = generator_loss(game, logits[1]);
    check_number(of_generator.item<double>(), expected.at("generator"));
    of_generator.backward({}, /*retain_graph=*/true);
    check_probes(pictures[1].grad(), expected.at("picture"), 1e-8);
    pictures[1].mutable_grad() = at::Tensor();
    for (const auto& [name, tensor] : discriminator.parameters()) tensor.mutable_grad() = at::Tensor();
    const at::Tensor loss = discriminator_loss(game, logits[0], logits[1], logits[2]);
    check_number(loss.item<double>(), expected.at("discriminator"));
    loss.backward({}, /*retain_graph=*/true);
    for (const auto& [name, tensor] : discriminator.parameters()) {
      CAPTURE(name);
      check_probes(tensor.grad(), expected.at("gradients").at(name), 1e-8);
    }
    for (const at::Tensor& picture : pictures) picture.mutable_grad() = at::Tensor();
  }
}

TEST_CASE("whole steps of a training move both networks' weights as PyTorch's Adam does", "[parity]") {
  const auto [word, game] = GENERATE(std::pair("hinge", Adversarial::Hinge), std::pair("lsgan", Adversarial::Lsgan),
                                     std::pair("bce", Adversarial::Bce));
  CAPTURE(word);
  const nlohmann::json fixture = parity::fixture("training").at("steps").at(word);
  const support::TinyNetwork network(waves({4, 3, 3, 3}, 300, 0.4), waves({6, 4, 3, 3}, 301, 0.3));
  TrainOptions options;
  options.width = GeneratorWidth::Tiny;
  options.objective = support::TinyNetwork::objective_options();
  options.optimizer = TrainingOptimizer::Adam;
  options.learning_rate = 5e-3;
  options.warm_up_steps = 20;
  options.least_learning_rate = 1e-5;
  options.most_gradient = 10;
  options.adversarial = game;
  options.adversarial_share = 0.5;
  options.adversarial_from = 0;
  options.discriminator_channels = kChannels;
  options.discriminator_learning_rate = 1e-3;
  options.seed = 3;
  const at::Tensor painting = 0.5 + waves({1, 3, 32, 40}, 310, 0.4);
  const StyledGenerator start{parity::generator_of_waves(), {}};
  Trainer trainer(network, options, {{{compute_style_targets(network, options.objective, {painting, {}})}}}, &start);
  const Discriminator discriminator = discriminator_of_waves();
  TrainingState state = trainer.state();
  state["discriminator.weights"] = in_a_row(discriminator.parameters());
  for (const auto& [name, tensor] : discriminator.spectrum()) state["discriminator." + name] = tensor;
  state["win_rate"].fill_(0.7);  // both sides move
  trainer.restore(state);
  for (size_t i = 0; i < fixture.at("losses").size(); ++i) {
    CAPTURE(i);
    const at::Tensor photo = 0.5 + waves({1, 3, 24, 32}, 320 + static_cast<double>(i), 0.4);
    const TrainingStep step = trainer.step(photo, painting, /*progress=*/0);
    REQUIRE(step.taken);
    CHECK(step.loss.total == support::Approx(fixture.at("losses").at(i).get<double>()).epsilon(1e-7));
    CHECK(step.discriminator_loss ==
          support::Approx(fixture.at("discriminator_losses").at(i).get<double>()).epsilon(1e-7));
    CHECK(step.adversarial_weight ==
          support::Approx(fixture.at("adversarial_weights").at(i).get<double>()).epsilon(1e-6));
  }
  check_probes(trainer.state().at("generator.weights"), fixture.at("generator"), 1e-6);
  check_probes(trainer.state().at("discriminator.weights"), fixture.at("discriminator"), 1e-6);
}

TEST_CASE("Muon moves a convolution's weight as PyTorch's does, but for bfloat16's rounding there", "[parity]") {
  const at::Tensor weight = waves({12, 6, 3, 3}, 400, 0.2);
  ParameterSteps steps({{"weight", weight.clone()}}, {.optimizer = TrainingOptimizer::Muon});
  for (double step = 0; step < 3; ++step) {
    const at::Tensor numbers = at::arange(12 * 54, at::kDouble);
    const at::Tensor gradient =
        (0.1 * numbers.square() + step).sin().view({12, 54}) * at::logspace(0, -2, 54, 10.0, at::kDouble);
    steps.step(gradient.view({-1}), 0.002);
  }
  const at::Tensor moved = steps.row().view({12, 54}) - weight.view({12, 54});
  check_probes(moved, parity::fixture("training").at("muon"), 0.02);
}

}  // namespace styler
