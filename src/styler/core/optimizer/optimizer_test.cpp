#include "styler/core/optimizer/optimizer.hpp"

#include "styler/core/optimizer/minimize.hpp"
#include "support/catch.hpp"
#include "support/known_minima.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;
using support::bowl;
using support::rosenbrock;
using support::rosenbrock_start;
using support::run_optimizer;

namespace {

/// A symmetric positive definite matrix that is not diagonal.
at::Tensor matrix_product(const at::Tensor& v) { return 2 * v + v.sum() / 3 + v.roll(1) / 2 + v.roll(-1) / 2; }

}  // namespace

TEST_CASE("L-BFGS solves Rosenbrock's function", "[optimizer]") {
  at::Tensor x = rosenbrock_start();
  const Summary summary = run_optimizer(rosenbrock, x, 300);
  CHECK((x - 1).abs().max().item<double>() < 1e-6);
  CHECK(summary.final_loss < 1e-12);
}

TEST_CASE("L-BFGS solves an ill-conditioned bowl in float32 as well", "[optimizer]") {
  const auto dtype = GENERATE(at::kFloat, at::kDouble);
  at::Tensor x = support::noise({40}, dtype);
  const Summary summary = run_optimizer(bowl, x, 150);
  CHECK(summary.final_loss < 1e-6 * summary.initial_loss);
}

TEST_CASE("L-BFGS with two pairs equals the textbook recursion", "[optimizer]") {
  // Algorithm 7.4 of Nocedal & Wright on whole vectors, beside ours on products; more steps than pairs, so that the
  // ring wraps around.
  const bool with_matrix = GENERATE(false, true);
  const Preconditioner product = with_matrix ? Preconditioner(matrix_product) : Preconditioner();
  const auto expected_product = [&](const at::Tensor& v) { return with_matrix ? matrix_product(v) : v; };
  OptimizerOptions options;
  options.history_size = 2;
  options.history_precision = GENERATE(Precision::Fp32, Precision::Bf16);
  const bool rounds = options.history_precision == Precision::Bf16;
  const auto kept = [&](const at::Tensor& v) { return rounds ? v.to(at::kBFloat16).to(at::kDouble) : v; };
  const auto optimizer = make_optimizer(options, product);
  at::Tensor x = support::noise({12}, at::kDouble, 3);
  at::Tensor expected = x.clone();
  std::vector<std::pair<at::Tensor, at::Tensor>> pairs;
  for (int i = 0; i < 8; ++i) {
    const at::Tensor gradient = bowl(expected).gradient;
    at::Tensor q = gradient.clone();
    std::vector<double> alpha(pairs.size());
    for (size_t k = pairs.size(); k-- > 0;) {
      const auto& [s, y] = pairs[k];
      alpha[k] = (s.dot(q) / s.dot(y)).item<double>();
      q -= alpha[k] * y;
    }
    at::Tensor r = expected_product(q);
    if (pairs.empty()) {
      r = r * std::min(1.0, 1.0 / r.abs().sum().item<double>());
    } else {
      const auto& [s, y] = pairs.back();
      r = r * (s.dot(y) / y.dot(expected_product(y)));
    }
    for (size_t k = 0; k < pairs.size(); ++k) {
      const auto& [s, y] = pairs[k];
      r += (alpha[k] - (y.dot(r) / s.dot(y)).item<double>()) * s;
    }
    expected = expected - r;
    pairs.emplace_back(kept(-r), kept(bowl(expected).gradient - gradient));
    if (pairs.size() > 2) pairs.erase(pairs.begin());

    const LossAndGradient ours = bowl(x);
    optimizer->step(x, ours.loss, ours.gradient);
    CHECK(support::relative_error(x, expected) < 1e-10);
  }
}

TEST_CASE("A history in bfloat16 takes half of float32's memory and still solves the bowl", "[optimizer]") {
  OptimizerOptions options;
  options.first_step_length = 1;
  const auto history_bytes = [&](Precision precision) {
    options.history_precision = precision;
    const auto optimizer = make_optimizer(options);
    at::Tensor x = support::noise({40}, at::kFloat);
    const Summary summary = minimize(bowl, x, 250, options, *optimizer);
    CHECK(summary.final_loss < 1e-5 * summary.initial_loss);
    const OptimizerState state = optimizer->state();
    return state.at("lbfgs.steps").nbytes() + state.at("lbfgs.changes").nbytes();
  };
  CHECK(history_bytes(Precision::Auto) == history_bytes(Precision::Fp32));
  CHECK(2 * history_bytes(Precision::Bf16) == history_bytes(Precision::Fp32));
}

TEST_CASE("The identity as preconditioner changes nothing", "[optimizer]") {
  const auto plain = make_optimizer({});
  const auto preconditioned = make_optimizer({}, [](const at::Tensor& v) { return v.clone(); });
  at::Tensor x = rosenbrock_start();
  at::Tensor y = x.clone();
  for (int i = 0; i < 20; ++i) {
    const LossAndGradient at_x = rosenbrock(x);
    const LossAndGradient at_y = rosenbrock(y);
    plain->step(x, at_x.loss, at_x.gradient);
    preconditioned->step(y, at_y.loss, at_y.gradient);
    CHECK(at::equal(x, y));
  }
}

TEST_CASE("A preconditioner is given tensors of x's shape", "[optimizer]") {
  const Preconditioner checking = [](const at::Tensor& v) {
    CHECK((v.sizes() == at::IntArrayRef{1, 3, 4, 5}));
    return v * 2;
  };
  at::Tensor x = support::noise({1, 3, 4, 5});
  const Function sphere = [](const at::Tensor& at_x) {
    return LossAndGradient{at_x.square().sum().item<double>(), 2 * at_x};
  };
  const auto optimizer = make_optimizer({}, checking);
  CHECK(minimize(sphere, x, 10, {}, *optimizer).final_loss < 1e-12);
}

TEST_CASE("A preconditioner near the inverse Hessian saves evaluations", "[optimizer]") {
  const auto evaluations = [](const Preconditioner& preconditioner) {
    OptimizerOptions options;
    options.history_size = 5;
    options.first_step_length = 1;
    options.tolerance_gradient = 1e-4;
    const auto optimizer = make_optimizer(options, preconditioner);
    at::Tensor x = support::noise({60}, at::kDouble, 2);
    const Summary summary = minimize(bowl, x, 1000, options, *optimizer);
    CHECK(summary.termination == Termination::Gradient);
    return summary.iterations;
  };
  // The square root of the bowl's inverse Hessian: its condition number falls from 1000 to 32.
  const Preconditioner rough_inverse = [](const at::Tensor& v) {
    return v / at::logspace(0, 1.5, v.size(0), 10.0, v.options());
  };
  const int64_t plain = evaluations({});
  const int64_t preconditioned = evaluations(rough_inverse);
  CAPTURE(plain, preconditioned);
  CHECK(2 * preconditioned < plain);
}

TEST_CASE("L-BFGS remembers no pair without positive curvature and still goes downhill", "[optimizer]") {
  const Function hill = [](const at::Tensor& x) { return LossAndGradient{-0.5 * x.square().sum().item<double>(), -x}; };
  const auto optimizer = make_optimizer({});
  at::Tensor x = at::tensor({0.3, -0.2}, support::on_device(at::kDouble));
  for (int i = 0; i < 4; ++i) {
    const LossAndGradient before = hill(x);
    optimizer->step(x, before.loss, before.gradient);
    CHECK(hill(x).loss < before.loss);
  }
  CHECK(optimizer->state().at("lbfgs.count").item<double>() == 0);
}

TEST_CASE("Adam's first step has the length of the learning rate", "[optimizer]") {
  OptimizerOptions options;
  options.method = OptimizerMethod::Adam;
  options.learning_rate = 0.25;
  at::Tensor x = at::tensor({3.0, -2.0}, support::on_device(at::kDouble));
  const auto optimizer = make_optimizer(options);
  optimizer->step(x, 0, at::tensor({10.0, -0.1}, support::on_device(at::kDouble)));
  CHECK(support::relative_error(x, at::tensor({2.75, -1.75}, support::on_device(at::kDouble))) < 1e-6);
}

TEST_CASE("Adam lowers Rosenbrock's function", "[optimizer]") {
  OptimizerOptions options;
  options.method = OptimizerMethod::Adam;
  options.learning_rate = 0.05;
  at::Tensor x = rosenbrock_start();
  const Summary summary = run_optimizer(rosenbrock, x, 2000, options);
  CHECK(summary.final_loss < 1e-3);
}

TEST_CASE("A saved and restored state goes on as if never stopped", "[optimizer]") {
  OptimizerOptions options;
  options.method = GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam);
  options.history_size = 3;
  options.learning_rate = 0.01;
  const bool rough = GENERATE(false, true);  // gradients that no function has, so that pairs are dropped
  const auto step = [rough](Optimizer& optimizer, at::Tensor& x) {
    const auto seed = static_cast<uint64_t>(1e6 * x.abs().sum().item<double>());
    const LossAndGradient value = rough ? LossAndGradient{1.0, support::noise({6}, at::kDouble, seed)} : rosenbrock(x);
    optimizer.step(x, value.loss, value.gradient);
  };
  const int64_t before = GENERATE(0, 1, 5, 6, 7, 8);
  const auto original = make_optimizer(options, matrix_product);
  at::Tensor x = rosenbrock_start();
  for (int64_t i = 0; i < before; ++i) step(*original, x);
  OptimizerState state = original->state();
  for (auto& [name, tensor] : state) tensor = tensor.clone();
  at::Tensor resumed_x = x.clone();
  for (int i = 0; i < 5; ++i) step(*original, x);

  const auto resumed = make_optimizer(options, matrix_product);
  resumed->restore(state, resumed_x);
  for (auto& [name, tensor] : state) tensor.fill_(0);  // restored is what was copied, which nobody else changes
  for (int i = 0; i < 5; ++i) step(*resumed, resumed_x);
  CHECK(at::equal(x, resumed_x));
}

TEST_CASE("Optimizer options out of range are refused by name", "[optimizer]") {
  OptimizerOptions options;
  CHECK_NOTHROW(options.validate());
  options.history_size = 0;
  CHECK_THROWS_WITH(options.validate(), support::contains("history-size is 0"));
  CHECK_THROWS_WITH(kOptimizerMethods.parse("optimizer", "sgd"), "optimizer is 'sgd' but must be lbfgs or adam");
  CHECK_THROWS_WITH(kPreconditionings.parse("preconditioner", "fourier"),
                    "preconditioner is 'fourier' but must be pyramid or none");
  CHECK_THROWS_WITH(kPrecisions.parse("history-precision", "fp64"),
                    support::contains("history-precision is 'fp64' but must be auto, fp32 or bf16"));
  options = {};
  options.learning_rate = 0;
  CHECK_THROWS_WITH(options.validate(), support::contains("learning-rate"));
}
