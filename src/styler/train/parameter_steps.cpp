#include "styler/train/parameter_steps.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr double kSecondBeta = 0.99;
constexpr double kDivisorFloor = 1e-8;

}  // namespace

at::Tensor in_a_row(const NamedTensors& tensors) {
  std::vector<at::Tensor> flat;
  flat.reserve(tensors.size());
  for (const auto& [name, tensor] : tensors) flat.push_back(tensor.detach().reshape({-1}));
  return at::cat(flat);
}

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

ParameterSteps::ParameterSteps(NamedTensors parameters, double first_beta)
    : parameters_(std::move(parameters)),
      first_beta_(first_beta),
      row_(in_a_row(parameters_)),
      mean_(at::zeros_like(row_)),
      square_(at::zeros_like(row_)) {
  for (const auto& [name, tensor] : parameters_) tensor.requires_grad_(true);
}

void ParameterSteps::forget_gradients() {
  for (const auto& [name, tensor] : parameters_) tensor.mutable_grad() = at::Tensor();
}

at::Tensor ParameterSteps::gradients() const {
  std::vector<at::Tensor> flat;
  flat.reserve(parameters_.size());
  for (const auto& [name, tensor] : parameters_) flat.push_back(tensor.grad().reshape({-1}));
  at::Tensor row = at::cat(flat);
  return at::isfinite(row).all().item<bool>() ? row : at::Tensor();
}

void ParameterSteps::step(const at::Tensor& gradients, double learning_rate) {
  const at::NoGradGuard no_grad;
  ++steps_;
  const auto n = static_cast<double>(steps_);
  mean_.mul_(first_beta_).add_(gradients, 1 - first_beta_);
  square_.mul_(kSecondBeta).addcmul_(gradients, gradients, 1 - kSecondBeta);
  const at::Tensor divisor = square_.div(1 - std::pow(kSecondBeta, n)).sqrt_().add_(kDivisorFloor);
  row_.addcdiv_(mean_, divisor, -learning_rate / (1 - std::pow(first_beta_, n)));
  spread(row_, parameters_);
}

void ParameterSteps::add_to(TrainingState& state, const std::string& prefix) const {
  state[prefix + "weights"] = row_.clone();
  state[prefix + "adam.mean"] = mean_.clone();
  state[prefix + "adam.square"] = square_.clone();
  state[prefix + "steps"] = at::tensor({steps_}, at::kLong);
}

void ParameterSteps::check(const TrainingState& state, const std::string& prefix) const {
  const auto steps = entry_of(state, prefix + "steps", {1}).item<int64_t>();
  if (steps < 0) reject(quoted_name(prefix + "steps") + " is " + std::to_string(steps) + " but must not be below 0");
  for (const char* const name : {"weights", "adam.mean", "adam.square"}) entry_of(state, prefix + name, row_.sizes());
  if (state.at(prefix + "adam.square").min().item<double>() < 0) {
    reject(quoted_name(prefix + "adam.square") + " holds a number below 0");
  }
}

void ParameterSteps::restore(const TrainingState& state, const std::string& prefix) {
  steps_ = state.at(prefix + "steps").item<int64_t>();
  row_.copy_(state.at(prefix + "weights"));
  mean_.copy_(state.at(prefix + "adam.mean"));
  square_.copy_(state.at(prefix + "adam.square"));
  spread(row_, parameters_);
}

}  // namespace styler
