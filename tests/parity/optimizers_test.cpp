#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <string>

#include "fixtures.hpp"
#include "styler/core/optimizer/minimize.hpp"
#include "support/catch.hpp"

namespace styler {
namespace {

/// Σ 100·(x(i+1) − x(i)²)² + (1 − x(i))².
LossAndGradient rosenbrock(const at::Tensor& x) {
  const int64_t pairs = x.numel() - 1;
  const at::Tensor left = x.narrow(0, 0, pairs);
  const at::Tensor off_valley = x.narrow(0, 1, pairs) - left.square();
  const at::Tensor to_go = 1 - left;
  at::Tensor gradient = at::zeros_like(x);
  gradient.narrow(0, 0, pairs).sub_(400 * left * off_valley + 2 * to_go);
  gradient.narrow(0, 1, pairs).add_(200 * off_valley);
  return {(100 * off_valley.square() + to_go.square()).sum().item<double>(), gradient};
}

/// Curvatures from 1 to 1e4, optimum at sin(1), sin(2), …
LossAndGradient quadratic(const at::Tensor& x) {
  const at::Tensor index = at::arange(x.numel(), x.options());
  const at::Tensor curvature = at::pow(10.0, 4 * index / (x.numel() - 1));
  const at::Tensor off = x - (index + 1).sin();
  return {(curvature * off.square()).sum().item<double>() / 2, curvature * off};
}

TEST_CASE("L-BFGS and Adam take the steps that PyTorch's take", "[parity]") {
  const nlohmann::json fixture = parity::fixture("optimizers");
  for (const nlohmann::json& expected : fixture.at("cases")) {
    const auto name = expected.at("name").get<std::string>();
    OptimizerOptions options;
    options.method = kOptimizerMethods.parse("method", expected.at("method").get<std::string>());
    options.history_size = expected.at("history_size").get<int64_t>();
    options.learning_rate = expected.at("learning_rate").get<double>();
    CAPTURE(name, options.method, options.history_size);
    const Function function = expected.at("function") == "quadratic" ? quadratic : rosenbrock;

    // Not through minimize(), whose guard would take back the leaps that unit steps make on Rosenbrock's function.
    const auto optimizer = make_optimizer(options);
    const nlohmann::json& iterates = expected.at("iterates");
    at::Tensor x = parity::tensor_of(iterates.at(0), {static_cast<int64_t>(iterates.at(0).size())}).clone();
    double sensitivity = 0;
    for (size_t i = 0; i < iterates.size(); ++i) {
      CAPTURE(i);
      sensitivity = std::max(sensitivity, expected.at("sensitivity").at(i).get<double>());
      const at::Tensor iterate = parity::tensor_of(iterates.at(i), x.sizes());
      const double scale = std::max(1.0, iterate.abs().max().item<double>());
      const double error = (x - iterate).abs().max().item<double>() / scale;
      REQUIRE(error < 1e-12 + 100 * sensitivity);
      const LossAndGradient value = function(x);
      REQUIRE(optimizer->step(x, value.loss, value.gradient));
    }
  }
}

TEST_CASE("minimize reaches the optimum that SciPy finds on Rosenbrock's function", "[parity]") {
  const nlohmann::json expected = parity::fixture("optimizers").at("scipy_rosenbrock20");
  const int64_t n = 20;
  at::Tensor x = at::arange(n, at::kDouble).remainder(2) * 2.2 - 1.2;
  OptimizerOptions options;
  options.history_size = GENERATE(5, 20);
  const auto optimizer = make_optimizer(options);
  const Summary summary = minimize(rosenbrock, x, /*iterations=*/2000, options, *optimizer);
  CAPTURE(options.history_size, summary.iterations, summary.steps_back, summary.final_loss);
  CHECK(summary.final_loss < 1e-12);
  CHECK(parity::relative_error(x, parity::tensor_of(expected.at("x"), {n})) < 1e-5);
}

}  // namespace
}  // namespace styler
