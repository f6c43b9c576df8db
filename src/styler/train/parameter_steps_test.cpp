#include "styler/train/parameter_steps.hpp"

#include <ATen/ATen.h>

#include "support/catch.hpp"
#include "support/tensors.hpp"
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

TEST_CASE("weights decay in proportion or by an amount that stops at 0, biases do not", "[parameter_steps]") {
  const at::Tensor nothing = at::zeros({8}, at::kDouble);
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
    tensors[0].second = at::tensor({0.3, -0.3, 0.04, -0.04, 0.0, 1.0}, at::kDouble).view({2, 3, 1, 1});
    ParameterSteps steps(tensors, rule);
    const at::Tensor bias = steps.row().narrow(0, 6, 2).clone();
    steps.step(nothing, 0.1);
    const at::Tensor expected = at::tensor({0.25, -0.25, 0.0, 0.0, 0.0, 0.95}, at::kDouble);
    CHECK(at::allclose(steps.row().narrow(0, 0, 6), expected, 1e-12, 1e-12));
    CHECK(at::equal(steps.row().narrow(0, 6, 2), bias));
  }
}

TEST_CASE("either optimizer goes on from its state to the same bytes, and not from the other's", "[parameter_steps]") {
  StepRule rule;
  rule.optimizer = GENERATE(TrainingOptimizer::Adam, TrainingOptimizer::Sgd);
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
  rule.optimizer = rule.optimizer == TrainingOptimizer::Adam ? TrainingOptimizer::Sgd : TrainingOptimizer::Adam;
  const ParameterSteps other(weight_and_bias(), rule);
  CHECK_THROWS(other.check(halfway, "x."));
}

}  // namespace styler
