#include "styler/core/optimizer/adam.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "styler/core/optimizer/state_entries.hpp"
#include "styler/options/scales.hpp"

namespace styler {
namespace {

class Adam final : public Optimizer {
 public:
  explicit Adam(double learning_rate) : learning_rate_(learning_rate) {}

  bool step(at::Tensor& x, double /*loss*/, const at::Tensor& gradient) override {
    if (!mean_.defined()) {
      mean_ = at::zeros_like(gradient);
      square_ = at::zeros_like(gradient);
    }
    ++steps_;
    mean_.mul_(kBeta1).add_(gradient, 1 - kBeta1);
    square_.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
    move(x);
    return true;
  }

  void step_back(at::Tensor& x) override {
    learning_rate_ *= kShorten;
    if (mean_.defined()) move(x);
  }

  OptimizerState state() const override {
    OptimizerState state = {{"adam.steps", scalar_tensor(static_cast<double>(steps_))},
                            {"adam.learning_rate", scalar_tensor(learning_rate_)}};
    if (mean_.defined()) {
      state["adam.mean"] = mean_;
      state["adam.square"] = square_;
    }
    return state;
  }

  void restore(const OptimizerState& state, const at::Tensor& x) override {
    const StateEntries entries(state);
    learning_rate_ = entries.number("adam.learning_rate", kLargestLearningRate);
    mean_ = square_ = at::Tensor();
    const bool has_moments = entries.has({"adam.mean", "adam.square"});
    steps_ = entries.whole("adam.steps", has_moments ? 1 : 0, has_moments ? kMostIterations : 0);
    if (!has_moments) return;
    const at::Tensor& square = entries.tensor("adam.square", x.sizes(), x.scalar_type());
    // Squares of large gradients may well have been too large for float32.
    if (!square.ge(0).all().item<bool>()) StateEntries::reject("adam.square", "holds what is no square");
    mean_ = copied_to_device_of(x, entries.finite_tensor("adam.mean", x.sizes(), x.scalar_type()));
    square_ = copied_to_device_of(x, square);
  }

 private:
  static constexpr double kBeta1 = 0.9;
  static constexpr double kBeta2 = 0.999;
  static constexpr double kEpsilon = 1e-8;

  void move(at::Tensor& x) const {
    const double mean_correction = 1 - std::pow(kBeta1, steps_);
    const double square_correction = 1 - std::pow(kBeta2, steps_);
    x.addcdiv_(mean_, square_.div(square_correction).sqrt_().add_(kEpsilon), -learning_rate_ / mean_correction);
  }

  double learning_rate_;
  int64_t steps_ = 0;
  at::Tensor mean_, square_;
};

}  // namespace

std::unique_ptr<Optimizer> make_adam(double learning_rate) { return std::make_unique<Adam>(learning_rate); }

}  // namespace styler
