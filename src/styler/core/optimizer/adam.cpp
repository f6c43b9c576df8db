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
    moments_.add(gradient);
    moments_.move(x, learning_rate_);
    return true;
  }

  void step_back(at::Tensor& x) override {
    learning_rate_ *= kShorten;
    if (moments_.mean.defined()) moments_.move(x, learning_rate_);
  }

  OptimizerState state() const override {
    OptimizerState state = {{"adam.steps", scalar_tensor(static_cast<double>(moments_.steps))},
                            {"adam.learning_rate", scalar_tensor(learning_rate_)}};
    if (moments_.mean.defined()) {
      state["adam.mean"] = moments_.mean;
      state["adam.square"] = moments_.square;
    }
    return state;
  }

  void restore(const OptimizerState& state, const at::Tensor& x) override {
    const StateEntries entries(state);
    learning_rate_ = entries.number("adam.learning_rate", kLargestLearningRate);
    moments_.mean = moments_.square = at::Tensor();
    const bool has_moments = entries.has({"adam.mean", "adam.square"});
    moments_.steps = entries.whole("adam.steps", has_moments ? 1 : 0, has_moments ? kMostIterations : 0);
    if (!has_moments) return;
    const at::Tensor& square = entries.tensor("adam.square", x.sizes(), x.scalar_type());
    // Squares of large gradients may well have been too large for float32.
    if (!square.ge(0).all().item<bool>()) StateEntries::reject("adam.square", "holds what is no square");
    moments_.mean = copied_to_device_of(x, entries.finite_tensor("adam.mean", x.sizes(), x.scalar_type()));
    moments_.square = copied_to_device_of(x, square);
  }

 private:
  double learning_rate_;
  AdamMoments moments_;
};

}  // namespace

void AdamMoments::add(const at::Tensor& gradient) {
  if (!mean.defined()) {
    mean = at::zeros_like(gradient);
    square = at::zeros_like(gradient);
  }
  ++steps;
  mean.mul_(mean_share).add_(gradient, 1 - mean_share);
  square.mul_(square_share).addcmul_(gradient, gradient, 1 - square_share);
}

void AdamMoments::move(at::Tensor& x, double learning_rate) const {
  constexpr double kEpsilon = 1e-8;
  const double mean_correction = 1 - std::pow(mean_share, steps);
  const double square_correction = 1 - std::pow(square_share, steps);
  x.addcdiv_(mean, square.div(square_correction).sqrt_().add_(kEpsilon), -learning_rate / mean_correction);
}

std::unique_ptr<Optimizer> make_adam(double learning_rate) { return std::make_unique<Adam>(learning_rate); }

}  // namespace styler
