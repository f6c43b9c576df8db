#include "styler/core/optimizer/lbfgs.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "styler/core/optimizer/lbfgs_history.hpp"
#include "styler/core/optimizer/state_entries.hpp"

namespace styler {
namespace {

/// A pair with sᵀy at or below this is not remembered: it would make the inverse Hessian indefinite. LibTorch's value.
constexpr double kMinCurvature = 1e-10;

/// Of γ: what float32 vectors can be multiplied by.
constexpr double kLargestScale = std::numeric_limits<float>::max();

std::vector<double> doubles_of(const at::Tensor& tensor) {
  const at::Tensor on_host = tensor.to(at::kCPU, at::kDouble).contiguous();
  const double* data = on_host.data_ptr<double>();
  return {data, data + on_host.numel()};
}

at::Tensor doubles_of(const std::vector<double>& values) { return at::tensor(values, at::kDouble); }

class Lbfgs final : public Optimizer {
 public:
  Lbfgs(const OptimizerOptions& options, Preconditioner preconditioner)
      : capacity_(options.history_size),
        rounds_history_(options.history_precision == Precision::Bf16),
        first_step_length_(options.first_step_length),
        preconditioner_(std::move(preconditioner)) {}

  bool step(at::Tensor& x, double loss, const at::Tensor& gradient) override;
  void step_back(at::Tensor& x) override;
  OptimizerState state() const override;
  void restore(const OptimizerState& state, const at::Tensor& x) override;

 private:
  /// Row of the i-th oldest pair in steps_ and changes_.
  int64_t row(int64_t age) const { return (first_ + age) % capacity_; }
  /// sᵀy of a step and of its own or a later gradient change, by rows: the others are not needed and not kept.
  double& product(int64_t s_row, int64_t y_row) { return products_[static_cast<size_t>(s_row * capacity_ + y_row)]; }

  at::Tensor preconditioned(const at::Tensor& vector) const;
  void remember(const at::Tensor& step, const at::Tensor& gradient_change);
  at::Tensor direction(const at::Tensor& gradient);

  int64_t capacity_;
  bool rounds_history_;  ///< To bfloat16.
  double first_step_length_;
  Preconditioner preconditioner_;
  std::vector<int64_t> shape_;    ///< Of x.
  int64_t first_ = 0;             ///< Row of the oldest pair.
  int64_t count_ = 0;             ///< Pairs remembered.
  double initial_scale_ = 1.0;    ///< γ = sᵀy / yᵀMy of the newest pair; the inverse Hessian before any pair is γM.
  at::Tensor steps_;              ///< [m, n], a row per pair; x's type or bfloat16.
  at::Tensor changes_;            ///< Likewise: of the gradient.
  std::vector<double> products_;  ///< [m, m]: see product().
  at::Tensor previous_gradient_;  ///< Undefined before the first step.
  at::Tensor previous_step_;
};

bool Lbfgs::step(at::Tensor& x, double /*loss*/, const at::Tensor& gradient) {
  const at::Tensor flat = gradient.reshape({-1});
  shape_ = x.sizes().vec();
  if (!steps_.defined()) {
    steps_ =
        at::zeros({capacity_, flat.numel()}, rounds_history_ ? flat.options().dtype(at::kBFloat16) : flat.options());
    changes_ = at::zeros_like(steps_);
    products_.assign(static_cast<size_t>(capacity_ * capacity_), 0.0);
  }
  if (previous_gradient_.defined()) remember(previous_step_, flat - previous_gradient_);

  at::Tensor move;
  if (count_ > 0) {
    move = direction(flat);
    // Rounding can turn the direction uphill; then the memory is worth nothing.
    if (!(product_of(move, flat) < 0)) count_ = 0;
  }
  if (count_ == 0) {
    move = preconditioned(flat);
    const double length = move.abs().sum(at::kDouble).item<double>();
    if (length == 0) return false;
    move = move * -(first_step_length_ > 0 ? first_step_length_ / length : std::min(1.0, 1.0 / length));
  }
  x.view({-1}).add_(move);
  previous_step_ = std::move(move);
  previous_gradient_ = flat;
  return true;
}

at::Tensor Lbfgs::preconditioned(const at::Tensor& vector) const {
  return preconditioner_ ? preconditioner_(vector.view(shape_)).reshape({-1}) : vector;
}

void Lbfgs::remember(const at::Tensor& step, const at::Tensor& gradient_change) {
  // Everything is computed from the pair as it is kept: then the recursion is that of a true L-BFGS matrix for these
  // pairs, positive definite however they were rounded.
  const at::Tensor kept_step = step.to(steps_.scalar_type());
  const at::Tensor kept_change = gradient_change.to(changes_.scalar_type());
  const at::Tensor change = kept_change.to(gradient_change.scalar_type());
  if (!(product_of(kept_step, change) > kMinCurvature)) return;
  if (count_ == capacity_) {
    first_ = row(1);
    --count_;
  }
  const int64_t newest = row(count_++);
  steps_.select(0, newest).copy_(kept_step);
  changes_.select(0, newest).copy_(kept_change);
  const std::vector<double> values = products_of_rows(steps_, change);
  for (int64_t other = 0; other < capacity_; ++other) product(other, newest) = values[static_cast<size_t>(other)];
  initial_scale_ = std::min(product(newest, newest) / product_of(change, preconditioned(change)), kLargestScale);
}

at::Tensor Lbfgs::direction(const at::Tensor& gradient) {
  // The recursion of Nocedal & Wright. Its two loops run over numbers: what they need of the vectors are the products
  // sᵀy, and one product of each row with what enters the loop.
  const std::vector<double> s_dot_gradient = products_of_rows(steps_, gradient);
  std::vector<double> alpha(static_cast<size_t>(capacity_), 0.0);
  for (int64_t age = count_ - 1; age >= 0; --age) {
    const int64_t current = row(age);
    double s_dot_q = s_dot_gradient[static_cast<size_t>(current)];
    for (int64_t later = age + 1; later < count_; ++later) {
      s_dot_q -= alpha[static_cast<size_t>(row(later))] * product(current, row(later));
    }
    alpha[static_cast<size_t>(current)] = s_dot_q / product(current, current);
  }
  const at::Tensor q = gradient - sum_of_rows(changes_, alpha, gradient.scalar_type());

  at::Tensor r = preconditioned(q).mul_(initial_scale_);
  const std::vector<double> y_dot_r = products_of_rows(changes_, r);
  std::vector<double> c(static_cast<size_t>(capacity_), 0.0);
  for (int64_t age = 0; age < count_; ++age) {
    const int64_t current = row(age);
    double y_dot_sum = y_dot_r[static_cast<size_t>(current)];
    for (int64_t earlier = 0; earlier < age; ++earlier) {
      y_dot_sum += c[static_cast<size_t>(row(earlier))] * product(row(earlier), current);
    }
    c[static_cast<size_t>(current)] = alpha[static_cast<size_t>(current)] - y_dot_sum / product(current, current);
  }
  return r.add_(sum_of_rows(steps_, c, gradient.scalar_type())).neg_();
}

void Lbfgs::step_back(at::Tensor& x) {
  if (!previous_step_.defined()) return;
  // The pairs stay: they are true wherever the step went, and the shorter step's own pair will correct them.
  previous_step_.mul_(kShorten);
  x.view({-1}).add_(previous_step_);
}

OptimizerState Lbfgs::state() const {
  OptimizerState state = {{"lbfgs.first", scalar_tensor(static_cast<double>(first_))},
                          {"lbfgs.count", scalar_tensor(static_cast<double>(count_))},
                          {"lbfgs.initial_scale", scalar_tensor(initial_scale_)}};
  if (steps_.defined()) {
    // Rows that have never been used are not kept: of a large picture each takes hundreds of megabytes.
    const int64_t rows = std::min(capacity_, first_ + count_);
    state["lbfgs.steps"] = steps_.narrow(0, 0, rows);
    state["lbfgs.changes"] = changes_.narrow(0, 0, rows);
    state["lbfgs.products"] = doubles_of(products_);
  }
  if (previous_gradient_.defined()) {
    state["lbfgs.previous_gradient"] = previous_gradient_;
    state["lbfgs.previous_step"] = previous_step_;
  }
  return state;
}

void Lbfgs::restore(const OptimizerState& state, const at::Tensor& x) {
  const StateEntries entries(state);
  first_ = entries.whole("lbfgs.first", 0, capacity_ - 1);
  count_ = entries.whole("lbfgs.count", 0, capacity_);
  initial_scale_ = entries.number("lbfgs.initial_scale", kLargestScale);
  steps_ = changes_ = previous_gradient_ = previous_step_ = at::Tensor();
  products_.clear();
  if (!entries.has(
          {"lbfgs.steps", "lbfgs.changes", "lbfgs.products", "lbfgs.previous_gradient", "lbfgs.previous_step"})) {
    if (first_ != 0 || count_ != 0) StateEntries::reject("lbfgs.count", "counts pairs that are not there");
    return;
  }
  const int64_t rows = std::min(capacity_, first_ + count_);
  const at::ScalarType kept_type = rounds_history_ ? at::kBFloat16 : x.scalar_type();
  const auto rows_of = [&](const char* name) {
    const at::Tensor& kept = entries.finite_tensor(name, {rows, x.numel()}, kept_type);
    at::Tensor all = at::zeros({capacity_, x.numel()}, kept.options().device(x.device()));
    all.narrow(0, 0, rows).copy_(kept);
    return all;
  };
  steps_ = rows_of("lbfgs.steps");
  changes_ = rows_of("lbfgs.changes");
  products_ = doubles_of(entries.finite_tensor("lbfgs.products", {capacity_ * capacity_}, at::kDouble));
  for (int64_t age = 0; age < count_; ++age) {
    if (!(product(row(age), row(age)) > 0)) StateEntries::reject("lbfgs.products", "holds a pair without curvature");
  }
  previous_gradient_ =
      copied_to_device_of(x, entries.finite_tensor("lbfgs.previous_gradient", {x.numel()}, x.scalar_type()));
  // A step may have been too large for float32; then it is taken back here as it would have been there.
  previous_step_ = copied_to_device_of(x, entries.tensor("lbfgs.previous_step", {x.numel()}, x.scalar_type()));
}

}  // namespace

std::unique_ptr<Optimizer> make_lbfgs(const OptimizerOptions& options, Preconditioner preconditioner) {
  return std::make_unique<Lbfgs>(options, std::move(preconditioner));
}

}  // namespace styler
