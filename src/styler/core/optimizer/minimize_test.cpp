#include "styler/core/optimizer/minimize.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/known_minima.hpp"
#include "support/test_device.hpp"

using namespace styler;
using support::bowl;
using support::rosenbrock;
using support::rosenbrock_start;
using support::run_optimizer;

TEST_CASE("minimize goes on from every iteration as if never stopped, steps back and restarts included", "[minimize]") {
  OptimizerOptions options;
  options.method = GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam);
  options.history_size = 3;
  options.tolerance_change = 1e-9;
  options.change_window = 4;
  constexpr int64_t kIterations = 25;
  const Function cliff = [](const at::Tensor& x) {  // steps are taken back at it
    LossAndGradient value = rosenbrock(x);
    if (x[1].item<double>() < 0.7) value.loss = std::numeric_limits<double>::quiet_NaN();
    return value;
  };
  const Function peak = [](const at::Tensor& x) {  // there is nowhere to go
    LossAndGradient value = rosenbrock(x);
    if (!at::equal(x, rosenbrock_start())) value.loss = std::numeric_limits<double>::infinity();
    return value;
  };
  const Function waves = [](const at::Tensor& x) {  // of negative curvature here and there: not every pair is kept
    return LossAndGradient{(20 + (4 * x).sin() + 0.1 * x.square()).sum().item<double>(), 4 * (4 * x).cos() + 0.2 * x};
  };
  const Function function = GENERATE_COPY(values<Function>({cliff, peak, waves}));
  const auto copy_of = [](MinimizerState state) {
    for (at::Tensor* tensor : {&state.x, &state.best, &state.accepted}) *tensor = tensor->clone();
    return state;
  };

  MinimizerState whole(rosenbrock_start());
  const auto optimizer = make_optimizer(options);
  std::vector<MinimizerState> states;
  std::vector<OptimizerState> optimizer_states;
  minimize(function, whole, kIterations, options, *optimizer, [&](int64_t, double, const at::Tensor&) {
    states.push_back(copy_of(whole));
    optimizer_states.push_back(optimizer->state());
    for (auto& [name, tensor] : optimizer_states.back()) tensor = tensor.clone();
    return true;
  });
  for (size_t i = 0; i < states.size(); ++i) {
    MinimizerState resumed = copy_of(states[i]);
    CHECK(resumed.summary.iterations == static_cast<int64_t>(i));
    const auto another = make_optimizer(options);
    another->restore(optimizer_states[i], resumed.x);
    minimize(function, resumed, kIterations, options, *another);
    CHECK(at::equal(resumed.best, whole.best));
    CHECK(at::equal(resumed.x, whole.x));
    CHECK(resumed.summary.iterations == whole.summary.iterations);
    CHECK(resumed.summary.steps_back == whole.summary.steps_back);
    CHECK(resumed.summary.termination == whole.summary.termination);
    CHECK(resumed.summary.initial_loss == whole.summary.initial_loss);
    CHECK(resumed.summary.final_loss == whole.summary.final_loss);
    CHECK(resumed.summary.last_loss == whole.summary.last_loss);
  }
}

TEST_CASE("minimize can be called again after the function has thrown", "[minimize]") {
  const auto optimizer = make_optimizer({});
  MinimizerState whole(rosenbrock_start());
  minimize(rosenbrock, whole, 30, {}, *optimizer);

  struct OutOfMemory {};
  int evaluations = 0;
  const Function failing = [&](const at::Tensor& x) {
    if (++evaluations % 4 == 0) throw OutOfMemory();
    return rosenbrock(x);
  };
  const auto another = make_optimizer({});
  MinimizerState state(rosenbrock_start());
  bool done = false;
  while (!done) {
    try {
      minimize(failing, state, 30, {}, *another);
      done = true;
    } catch (const OutOfMemory&) {
    }
  }
  CHECK(at::equal(state.best, whole.best));
  CHECK(state.summary.iterations == whole.summary.iterations);
}

TEST_CASE("The guard takes back steps onto a jump or a number that is not finite", "[minimize]") {
  const double poison =
      GENERATE(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e9);
  int evaluations = 0;
  const Function poisoned = [&](const at::Tensor& x) {
    LossAndGradient value = rosenbrock(x);
    if (++evaluations == 5) value.loss = poison;
    return value;
  };
  at::Tensor x = rosenbrock_start();
  int64_t calls = 0;
  const Summary summary = run_optimizer(poisoned, x, 400, {}, [&](int64_t iteration, double, const at::Tensor&) {
    CHECK(iteration == ++calls);  // the steps that are taken back are told of as well
    return true;
  });
  CHECK(calls == summary.iterations);
  CHECK(summary.steps_back >= 1);
  CHECK(summary.final_loss < 1e-6);
  CHECK(rosenbrock(x).loss == summary.final_loss);
}

TEST_CASE("A rejected step can be stopped at", "[minimize]") {
  at::Tensor x = at::ones({3}, support::on_device(at::kDouble));
  int evaluations = 0;
  const Function wall = [&](const at::Tensor&) {
    return LossAndGradient{++evaluations == 1 ? 1.0 : 100.0, at::ones({3}, support::on_device(at::kDouble))};
  };
  const auto stop_at_third = [](int64_t iteration, double, const at::Tensor&) { return iteration < 3; };
  const Summary summary = run_optimizer(wall, x, 1000, {}, stop_at_third);
  CHECK(summary.termination == Termination::StoppedByUser);
  CHECK(summary.iterations == 3);
  CHECK(at::equal(x, at::ones({3}, support::on_device(at::kDouble))));
}

TEST_CASE("A function that can't be lowered ends without progress at the start", "[minimize]") {
  at::Tensor x = at::ones({3}, support::on_device(at::kDouble));
  const Function cliff = [](const at::Tensor& at_x) {
    const bool at_start = at::equal(at_x, at::ones({3}, support::on_device(at::kDouble)));
    return LossAndGradient{at_start ? 1.0 : 100.0, at::ones({3}, support::on_device(at::kDouble))};
  };
  CHECK(run_optimizer(cliff, x, 1000).termination == Termination::NoProgress);
  CHECK(at::equal(x, at::ones({3}, support::on_device(at::kDouble))));
}

TEST_CASE("A loss that is not finite at the start is refused", "[minimize]") {
  at::Tensor x = at::ones({3}, support::on_device(at::kDouble));
  const Function broken = [](const at::Tensor& at_x) { return LossAndGradient{std::nan(""), at_x}; };
  CHECK_THROWS_AS(run_optimizer(broken, x, 10), Error);
}

TEST_CASE("Each stopping rule names itself", "[minimize]") {
  at::Tensor x = rosenbrock_start();
  OptimizerOptions options;
  SECTION("iterations") {
    const Summary summary = run_optimizer(rosenbrock, x, 7, options);
    CHECK(summary.termination == Termination::Iterations);
    CHECK(summary.iterations == 7);
  }
  SECTION("relative change") {
    options.tolerance_change = 0.5;
    options.change_window = 1;
    CHECK(run_optimizer(rosenbrock, x, 1000, options).termination == Termination::RelativeChange);
  }
  SECTION("gradient") {
    options.tolerance_gradient = 1e-3;
    CHECK(run_optimizer(rosenbrock, x, 1000, options).termination == Termination::Gradient);
    CHECK(rosenbrock(x).gradient.abs().max().item<double>() <= 1e-3);
  }
  SECTION("time limit") {
    options.time_limit_seconds = 1e-9;
    const Summary summary = run_optimizer(rosenbrock, x, 1000, options);
    CHECK(summary.termination == Termination::TimeLimit);
    CHECK(summary.iterations == 1);
  }
  SECTION("stopped by user") {
    const auto stop = [](int64_t iteration, double, const at::Tensor&) { return iteration < 3; };
    const Summary summary = run_optimizer(rosenbrock, x, 1000, options, stop);
    CHECK(summary.termination == Termination::StoppedByUser);
    CHECK(summary.iterations == 3);
  }
  SECTION("a gradient of exactly zero") {
    x = at::ones({6}, support::on_device(at::kDouble));
    CHECK(run_optimizer(rosenbrock, x, 1000, options).termination == Termination::Gradient);
  }
}

TEST_CASE("A run returns the best iterate, not the last", "[minimize]") {
  /// Visits fixed places.
  struct Script final : Optimizer {
    std::vector<double> places = {0.2, 0.25};
    bool step(at::Tensor& x, double, const at::Tensor&) override {
      x.fill_(places.front());
      places.erase(places.begin());
      return true;
    }
    void step_back(at::Tensor&) override {}
    OptimizerState state() const override { return {}; }
    void restore(const OptimizerState&, const at::Tensor&) override {}
  } script;
  at::Tensor x = at::full({1}, 1.0, support::on_device(at::kDouble));
  const Summary summary = minimize(bowl, x, 3, {}, script);
  CHECK(x.item<double>() == 0.2);
  CHECK(summary.final_loss == support::Approx(0.5 * 0.2 * 0.2));
  CHECK(summary.last_loss == support::Approx(0.5 * 0.25 * 0.25));
}
