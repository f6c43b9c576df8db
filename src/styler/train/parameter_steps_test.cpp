#include "styler/train/parameter_steps.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/training_states.hpp"

namespace styler {
namespace {

NamedTensors weight_and_bias() {
  return {{"weight", support::noise({2, 3, 1, 1}, at::kDouble, 1)}, {"bias", support::noise({2}, at::kDouble, 2)}};
}

at::Tensor some_gradient(uint64_t seed) { return support::noise({8}, at::kDouble, seed); }

}  // namespace

TEST_CASE("SGD goes along its momentum", "[parameter_steps]") {
  ParameterSteps steps(weight_and_bias(), {.optimizer = TrainingOptimizer::Sgd, .first_beta = 0.9});
  const at::Tensor start = steps.row().clone(), first = some_gradient(3), second = some_gradient(4);
  steps.step(first, 0.1);
  steps.step(second, 0.2);
  CHECK(at::allclose(steps.row(), start - 0.1 * first - 0.2 * (0.9 * first + second), 1e-12, 1e-12));
  CHECK(steps.steps() == 2);
}

TEST_CASE("Muon steps as far along every direction of a convolution's weight, Adam on the rest", "[parameter_steps]") {
  const auto [rows, columns] = GENERATE(std::pair<int64_t, int64_t>{6, 18}, std::pair<int64_t, int64_t>{24, 9});
  const NamedTensors tensors = {{"weight", support::noise({rows, columns / 9, 3, 3}, at::kDouble, 1)},
                                {"colours.weight", support::noise({3, 2, 3, 3}, at::kDouble, 2)},
                                {"bias", support::noise({4}, at::kDouble, 3)}};
  ParameterSteps by_muon(tensors, {.optimizer = TrainingOptimizer::Muon}), by_adam(tensors, {});
  const at::Tensor start = by_muon.row().clone();
  // The gradient's singular values are far apart, the step's are not.
  at::Tensor gradient = support::noise(start.sizes(), at::kDouble, 4);
  gradient.narrow(0, 0, rows * columns)
      .view({rows, columns})
      .mul_(at::logspace(0, -2, columns, 10.0, support::on_device(at::kDouble)));
  by_muon.step(gradient, 1e-3);
  by_adam.step(gradient, 1e-3);
  const at::Tensor moved = (start - by_muon.row()).narrow(0, 0, rows * columns).view({rows, columns});
  const at::Tensor of_gradient = gradient.narrow(0, 0, rows * columns).view({rows, columns});
  const double length = 1e-2 * std::sqrt(std::max(1.0, static_cast<double>(rows) / static_cast<double>(columns)));
  const at::Tensor values = at::linalg_svdvals(moved) / length;
  CHECK(values.min().item<double>() > 0.5);
  CHECK(values.max().item<double>() < 1.3);
  CHECK((moved * of_gradient).sum().item<double>() > 0);
  const int64_t rest = start.numel() - rows * columns;
  CHECK(at::equal(by_muon.row().narrow(0, rows * columns, rest), by_adam.row().narrow(0, rows * columns, rest)));
}

TEST_CASE("weights decay in proportion or by an amount that stops at 0, biases do not", "[parameter_steps]") {
  const at::Tensor nothing = at::zeros({8}, support::on_device(at::kDouble));
  StepRule rule;
  rule.optimizer = GENERATE(TrainingOptimizer::Adam, TrainingOptimizer::Sgd);
  SECTION("L2") {
    rule.l2_decay = 0.5;
    ParameterSteps steps(weight_and_bias(), rule);
    const at::Tensor start = steps.row().clone();
    steps.step(nothing, 0.1);
    CHECK(at::allclose(steps.row().narrow(0, 0, 6), start.narrow(0, 0, 6) * 0.95, 1e-12, 1e-12));
    CHECK(at::equal(steps.row().narrow(0, 6, 2), start.narrow(0, 6, 2)));
  }
  SECTION("L1") {
    rule.l1_decay = 0.5;
    NamedTensors tensors = weight_and_bias();
    tensors[0].second =
        at::tensor({0.3, -0.3, 0.04, -0.04, 0.0, 1.0}, support::on_device(at::kDouble)).view({2, 3, 1, 1});
    ParameterSteps steps(tensors, rule);
    const at::Tensor bias = steps.row().narrow(0, 6, 2).clone();
    steps.step(nothing, 0.1);
    const at::Tensor expected = at::tensor({0.25, -0.25, 0.0, 0.0, 0.0, 0.95}, support::on_device(at::kDouble));
    CHECK(at::allclose(steps.row().narrow(0, 0, 6), expected, 1e-12, 1e-12));
    CHECK(at::equal(steps.row().narrow(0, 6, 2), bias));
  }
}

TEST_CASE("an optimizer goes on from its state to the same bytes, and not from another kind's", "[parameter_steps]") {
  StepRule rule;
  rule.optimizer = GENERATE(TrainingOptimizer::Muon, TrainingOptimizer::Adam, TrainingOptimizer::Sgd);
  ParameterSteps whole(weight_and_bias(), rule), resumed(weight_and_bias(), rule);
  whole.step(some_gradient(3), 0.1);
  TrainingState halfway;
  whole.add_to(halfway, "x.");
  whole.step(some_gradient(4), 0.1);
  resumed.check(halfway, "x.");
  resumed.restore(halfway, "x.");
  resumed.step(some_gradient(4), 0.1);
  TrainingState a, b;
  whole.add_to(a, "x.");
  resumed.add_to(b, "x.");
  CHECK(support::same_state(a, b));
  rule.optimizer = rule.optimizer == TrainingOptimizer::Sgd ? TrainingOptimizer::Adam : TrainingOptimizer::Sgd;
  const ParameterSteps other(weight_and_bias(), rule);
  CHECK_THROWS(other.check(halfway, "x."));
}

}  // namespace styler
