#include "styler/train/parameter_steps.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <utility>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr double kSquareShare = 0.99;

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
      row_(in_a_row(parameters_)),
      moments_{first_beta, kSquareShare, 0, at::zeros_like(row_), at::zeros_like(row_)} {
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
  moments_.add(gradients);
  moments_.move(row_, learning_rate);
  spread(row_, parameters_);
}

void ParameterSteps::add_to(TrainingState& state, const std::string& prefix) const {
  state[prefix + "weights"] = row_.clone();
  state[prefix + "adam.mean"] = moments_.mean.clone();
  state[prefix + "adam.square"] = moments_.square.clone();
  state[prefix + "steps"] = at::tensor({moments_.steps}, at::kLong);
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
  moments_.steps = state.at(prefix + "steps").item<int64_t>();
  row_.copy_(state.at(prefix + "weights"));
  moments_.mean.copy_(state.at(prefix + "adam.mean"));
  moments_.square.copy_(state.at(prefix + "adam.square"));
  spread(row_, parameters_);
}

}  // namespace styler
