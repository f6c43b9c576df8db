#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "fixtures.hpp"
#include "styler/objective.hpp"
#include "styler/optimizer.hpp"
#include "styler/vgg19.hpp"
#include "support/catch.hpp"

namespace styler {
namespace {

/// Losses of the first evaluations of a run with neural-style's pictures, constants and optimiser.
std::vector<double> run_like_neural_style(const VggWeights& weights, const nlohmann::json& fixture,
                                          c10::ScalarType network_dtype, int64_t evaluations) {
  ObjectiveOptions options = ObjectiveOptions::preset("neural-style");
  options.content_weight = fixture.at("content_weight").get<double>();
  options.style_weight = fixture.at("style_weight").get<double>();
  options.tv_weight = fixture.at("tv_weight").get<double>();
  options.range_weight = 0;  // ours alone
  OptimizerOptions plain;
  plain.history_size = fixture.at("history_size").get<int64_t>();

  const ComputeDevice device = parity::test_device(network_dtype);
  // neural-style 0.5.7 takes white to be 256, so in our units its pictures are a little brighter than white.
  const double brightness = fixture.at("picture_scale").get<double>() / 255;
  const auto load = [&](const char* which) {
    return (parity::picture(fixture.at(which)) * brightness).to(device.device, at::kFloat);
  };
  const at::Tensor content = load("content");
  const auto network = make_vgg19(weights, options.layers(), Pooling::Max, device);
  const Objective objective(*network, options, content, compute_style_targets(*network, options, load("style")));

  std::vector<double> losses;
  at::Tensor x = content * 255;
  const auto optimizer = make_optimizer(plain);
  const auto evaluate = [&](const at::Tensor& at_x) -> LossGradient {
    auto [loss, gradient] = objective.evaluate(at_x / 255);
    losses.push_back(loss.total);
    return {loss.total, gradient.div_(255)};
  };
  minimize(evaluate, x, evaluations, plain, *optimizer);
  return losses;
}

double deviation(const std::vector<double>& losses, const nlohmann::json& fixture, size_t evaluation) {
  return losses.at(evaluation - 1) / fixture.at("total_losses").at(evaluation - 1).get<double>() - 1;
}

TEST_CASE("The loss falls as in neural-style, evaluation by evaluation", "[parity][weights]") {
  const auto weights = parity::real_weights();
  if (!weights) return;
  const nlohmann::json fixture = parity::fixture("neural_style");
  const std::vector<double> losses = run_like_neural_style(*weights, fixture, at::kFloat, /*evaluations=*/100);
  REQUIRE(losses.size() == 100);
  for (size_t evaluation = 1; evaluation <= 10; ++evaluation) {
    CAPTURE(evaluation);
    CHECK(std::abs(deviation(losses, fixture, evaluation)) < 1e-3);
  }
  CHECK(std::abs(deviation(losses, fixture, 100)) < 0.02);
}

TEST_CASE("In bfloat16 the loss falls as far as in neural-style", "[parity][weights]") {
  const auto weights = parity::real_weights();
  if (!weights) return;
  const nlohmann::json fixture = parity::fixture("neural_style");
  const std::vector<double> losses = run_like_neural_style(*weights, fixture, at::kBFloat16, /*evaluations=*/50);
  CHECK(std::abs(deviation(losses, fixture, 1)) < 0.01);
  CHECK(std::abs(deviation(losses, fixture, 50)) < 0.05);
}

}  // namespace
}  // namespace styler
