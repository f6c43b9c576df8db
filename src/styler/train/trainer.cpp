#include "styler/train/trainer.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

// Of Adam (Kingma & Ba 2015). The second average is short, since losses fall by ten times within the first hundred
// steps.
constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.99;
constexpr double kEpsilon = 1e-8;

at::Tensor in_a_row(const NamedTensors& tensors) {
  std::vector<at::Tensor> flat;
  flat.reserve(tensors.size());
  for (const auto& [name, tensor] : tensors) flat.push_back(tensor.detach().reshape({-1}));
  return at::cat(flat);
}

/// Copies from the row into the tensors, which keep their memory.
void spread(const at::Tensor& row, const NamedTensors& tensors) {
  int64_t first = 0;
  for (const auto& [name, tensor] : tensors) {
    tensor.detach().copy_(row.narrow(0, first, tensor.numel()).view(tensor.sizes()));
    first += tensor.numel();
  }
}

const at::Tensor& entry_of(const TrainingState& state, const std::string& name, at::IntArrayRef shape) {
  const auto found = state.find(name);
  if (found == state.end()) reject("there is no tensor " + quoted_name(name));
  const at::Tensor& tensor = found->second;
  if (tensor.sizes() != shape) {
    reject(quoted_name(name) + " is " + shape_text(tensor.sizes()) + " but must be " + shape_text(shape));
  }
  if (!at::isfinite(tensor).all().item<bool>()) reject(quoted_name(name) + " holds a number that is not finite");
  return tensor;
}

}  // namespace

Trainer::Trainer(const FeatureExtractor& network, TrainOptions options, std::vector<StylePart> styles)
    : network_(network),
      options_(std::move(options)),
      styles_(std::move(styles)),
      generator_(options_.width, options_.seed),
      weights_(in_a_row(generator_.parameters())),
      mean_(at::zeros_like(weights_)),
      square_(at::zeros_like(weights_)),
      average_(weights_.clone()) {
  for (const auto& [name, tensor] : generator_.parameters()) tensor.requires_grad_(true);
}

Objective Trainer::objective_for(const at::Tensor& photo) const {
  return {network_, options_.objective, {photo, {}}, styles_};
}

double Trainer::learning_rate(double progress) const {
  const double warm_up = std::min(
      1.0, static_cast<double>(steps_ + 1) / static_cast<double>(std::max<int64_t>(1, options_.warm_up_steps)));
  const double fall = 0.5 + 0.5 * std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0));
  return std::max(options_.least_learning_rate, options_.learning_rate * warm_up * fall);
}

at::Tensor Trainer::gradients() const {
  std::vector<at::Tensor> flat;
  for (const auto& [name, tensor] : generator_.parameters()) {
    flat.push_back(tensor.grad().reshape({-1}));
  }
  at::Tensor row = at::cat(flat);
  return at::isfinite(row).all().item<bool>() ? row : at::Tensor();
}

TrainingStep Trainer::step(const at::Tensor& photo, double progress) {
  for (const auto& [name, tensor] : generator_.parameters()) tensor.mutable_grad() = at::Tensor();
  const at::Tensor picture = generator_.run(photo);
  const Objective::Evaluation evaluation = objective_for(photo).evaluate(picture.detach());
  TrainingStep result{.loss = evaluation.loss};
  if (!std::isfinite(result.loss.total)) return result;
  picture.backward(evaluation.gradient);

  const at::NoGradGuard no_grad;
  at::Tensor gradient = gradients();
  if (!gradient.defined()) return result;
  result.gradient_norm = gradient.norm().item<double>();
  gradient.mul_(std::min(1.0, options_.most_gradient / std::max(result.gradient_norm, 1e-12)));
  const double rate = learning_rate(progress);
  ++steps_;
  mean_.mul_(kBeta1).add_(gradient, 1 - kBeta1);
  square_.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
  const auto n = static_cast<double>(steps_);
  weights_.addcdiv_(mean_, square_.div(1 - std::pow(kBeta2, n)).sqrt_().add_(kEpsilon),
                    -rate / (1 - std::pow(kBeta1, n)));
  spread(weights_, generator_.parameters());
  const double staying = std::min(1 - options_.average_share, (1 + n) / (10 + n));
  average_.mul_(staying).add_(weights_, 1 - staying);
  result.taken = true;
  return result;
}

LossBreakdown Trainer::loss_on(const at::Tensor& photo) const {
  const at::NoGradGuard no_grad;
  return objective_for(photo).loss(averaged().run(photo).clamp_(0, 1));
}

Generator Trainer::averaged() const {
  std::map<std::string, at::Tensor> tensors;
  int64_t first = 0;
  for (const auto& [name, tensor] : generator_.parameters()) {
    tensors[name] = average_.narrow(0, first, tensor.numel()).view(tensor.sizes()).clone();
    first += tensor.numel();
  }
  return {options_.width, tensors};
}

TrainingState Trainer::state() const {
  return {{"weights", weights_.clone()},
          {"adam.mean", mean_.clone()},
          {"adam.square", square_.clone()},
          {"average", average_.clone()},
          {"steps", at::tensor({steps_}, at::kLong)}};
}

void Trainer::restore(const TrainingState& state) {
  const auto steps = entry_of(state, "steps", {1}).item<int64_t>();
  if (steps < 0) reject("'steps' is " + std::to_string(steps) + " but must not be below 0");
  const at::Tensor weights =
      entry_of(state, "weights", weights_.sizes()).to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
  const at::Tensor mean = entry_of(state, "adam.mean", weights_.sizes()).to(at::kFloat, false, true);
  const at::Tensor square = entry_of(state, "adam.square", weights_.sizes()).to(at::kFloat, false, true);
  if (square.min().item<double>() < 0) reject("'adam.square' holds a number below 0");
  const at::Tensor average = entry_of(state, "average", weights_.sizes()).to(at::kFloat, false, true);
  steps_ = steps;
  weights_ = weights;
  mean_ = mean;
  square_ = square;
  average_ = average;
  spread(weights_, generator_.parameters());
}

}  // namespace styler
