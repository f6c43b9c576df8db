#include "styler/train/parameter_steps.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr double kSquareShare = 0.99;
/// So many times the learning rate is the length of Muon's steps along each of its directions: measured, of 5, 10
/// and 25.
constexpr double kMatrixRate = 10;
/// Channels of what is a matrix to Muon: fewer are colours, whose step sizes Adam knows better.
constexpr int64_t kLeastRows = 4;

/// The matrix with the same singular vectors whose singular values are all near 1, from 0.7 to 1.2: by five rounds of
/// the odd polynomial that Jordan et al. 2024 ("Muon: An optimizer for hidden layers in neural networks") chose to
/// bring small values up fast. A zero stays one.
at::Tensor orthogonalised(const at::Tensor& matrix) {
  constexpr double kFirst = 3.4445, kThird = -4.7750, kFifth = 2.0315;
  constexpr int kRounds = 5;
  const bool is_tall = matrix.size(0) > matrix.size(1);
  at::Tensor x = is_tall ? matrix.t() : matrix;
  x = x / x.norm().clamp_min(1e-7);
  for (int i = 0; i < kRounds; ++i) {
    const at::Tensor square = at::matmul(x, x.t());
    x = kFirst * x + at::matmul(kThird * square + kFifth * at::matmul(square, square), x);
  }
  return is_tall ? x.t() : x;
}

}  // namespace

at::Tensor in_a_row(const NamedTensors& tensors) {
  std::vector<at::Tensor> flat;
  flat.reserve(tensors.size());
  for (const auto& [name, tensor] : tensors) flat.push_back(tensor.detach().reshape({-1}));
  return at::cat(flat);
}

at::Tensor gradients_in_a_row(const NamedTensors& tensors) {
  std::vector<at::Tensor> flat;
  flat.reserve(tensors.size());
  for (const auto& [name, tensor] : tensors) flat.push_back(tensor.grad().reshape({-1}));
  at::Tensor row = at::cat(flat);
  return at::isfinite(row).all().item<bool>() ? row : at::Tensor();
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

ParameterSteps::ParameterSteps(NamedTensors parameters, const StepRule& rule)
    : parameters_(std::move(parameters)), rule_(rule), row_(in_a_row(parameters_)) {
  if (rule_.optimizer != TrainingOptimizer::Sgd) {
    moments_ = {rule_.first_beta, kSquareShare, 0, at::zeros_like(row_), at::zeros_like(row_)};
  } else {
    momentum_ = at::zeros_like(row_);
  }
  if (rule_.l1_decay > 0 || rule_.l2_decay > 0) {
    NamedTensors decaying;
    for (const auto& [name, tensor] : parameters_) {
      decaying.emplace_back(name, tensor.dim() == 4 ? at::ones_like(tensor.detach()) : at::zeros_like(tensor.detach()));
    }
    decaying_ = in_a_row(decaying);
  }
  int64_t first = 0;
  for (const auto& [name, tensor] : parameters_) {
    if (rule_.optimizer == TrainingOptimizer::Muon && tensor.dim() == 4 && tensor.size(0) >= kLeastRows) {
      matrices_.push_back({first, tensor.size(0), tensor.numel() / tensor.size(0)});
    }
    first += tensor.numel();
    tensor.requires_grad_(true);
  }
}

void ParameterSteps::forget_gradients() {
  for (const auto& [name, tensor] : parameters_) tensor.mutable_grad() = at::Tensor();
}

at::Tensor ParameterSteps::gradients() const { return gradients_in_a_row(parameters_); }

void ParameterSteps::step(const at::Tensor& gradients, double learning_rate, const std::vector<PartOfRow>& still) {
  const at::NoGradGuard no_grad;
  NamedTensors all = averages();
  all.emplace_back("row", row_);
  std::vector<std::pair<at::Tensor, at::Tensor>> kept;  // places, and what was there
  for (const PartOfRow& part : still) {
    for (const auto& [name, tensor] : all) {
      const at::Tensor place = tensor.narrow(0, part.first, part.count);
      kept.emplace_back(place, place.clone());
    }
  }
  if (decaying_.defined()) decay(learning_rate);
  if (rule_.optimizer != TrainingOptimizer::Sgd) {
    moments_.add(gradients);
    const at::Tensor before = matrices_.empty() ? at::Tensor() : row_.clone();
    moments_.move(row_, learning_rate);
    for (const Matrix& matrix : matrices_) step_matrix(matrix, before, gradients, learning_rate);
  } else {
    ++moments_.steps;
    momentum_.mul_(rule_.first_beta).add_(gradients);
    row_.sub_(momentum_, learning_rate);
  }
  for (const auto& [place, before] : kept) place.copy_(before);
  spread(row_, parameters_);
}

void ParameterSteps::step_matrix(const Matrix& matrix, const at::Tensor& before, const at::Tensor& gradients,
                                 double learning_rate) {
  const int64_t count = matrix.rows * matrix.columns;
  const auto part = [&](const at::Tensor& row) { return row.narrow(0, matrix.first, count); };
  // Nesterov's momentum: a step further along the average than it is.
  const at::Tensor ahead = at::lerp(part(gradients), part(moments_.mean), rule_.first_beta);
  const at::Tensor direction = orthogonalised(ahead.view({matrix.rows, matrix.columns}));
  const double shape = std::sqrt(std::max(1.0, static_cast<double>(matrix.rows) / static_cast<double>(matrix.columns)));
  part(row_).copy_(part(before) - direction.reshape({-1}) * (learning_rate * kMatrixRate * shape));
}

void ParameterSteps::decay(double learning_rate) {
  row_.mul_(1 - decaying_ * (learning_rate * rule_.l2_decay));
  if (rule_.l1_decay > 0) {
    const at::Tensor length = (row_.abs() - decaying_ * (learning_rate * rule_.l1_decay)).clamp_min_(0);
    row_.copy_(row_.sign().mul_(length));
  }
}

NamedTensors ParameterSteps::averages() const {
  if (rule_.optimizer == TrainingOptimizer::Sgd) return {{"sgd.momentum", momentum_}};
  return {{"adam.mean", moments_.mean}, {"adam.square", moments_.square}};
}

void ParameterSteps::add_to(TrainingState& state, const std::string& prefix) const {
  state[prefix + "weights"] = row_.clone();
  for (const auto& [name, tensor] : averages()) state[prefix + name] = tensor.clone();
  state[prefix + "steps"] = at::tensor({moments_.steps}, at::kLong);
}

void ParameterSteps::check(const TrainingState& state, const std::string& prefix) const {
  const auto steps = entry_of(state, prefix + "steps", {1}).item<int64_t>();
  if (steps < 0) reject(quoted_name(prefix + "steps") + " is " + std::to_string(steps) + " but must not be below 0");
  entry_of(state, prefix + "weights", row_.sizes());
  for (const auto& [name, tensor] : averages()) entry_of(state, prefix + name, row_.sizes());
  if (rule_.optimizer != TrainingOptimizer::Sgd && state.at(prefix + "adam.square").min().item<double>() < 0) {
    reject(quoted_name(prefix + "adam.square") + " holds a number below 0");
  }
}

void ParameterSteps::restore(const TrainingState& state, const std::string& prefix) {
  moments_.steps = state.at(prefix + "steps").item<int64_t>();
  row_.copy_(state.at(prefix + "weights"));
  for (const auto& [name, tensor] : averages()) tensor.copy_(state.at(prefix + name));
  spread(row_, parameters_);
}

}  // namespace styler
