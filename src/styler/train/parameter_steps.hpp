#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "styler/core/optimizer/adam.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/options/train/train_options.hpp"

namespace styler {

/// How a training stands between two steps: tensors by name, for a file or for going back a step.
using TrainingState = std::map<std::string, at::Tensor>;

/// How parameters are stepped on.
struct StepRule {
  TrainingOptimizer optimizer = TrainingOptimizer::Adam;
  double first_beta = 0.9;  ///< How much of the average of gradients stays at each step; of SGD of the momentum.
  /// As in TrainOptions, of weights of convolutions: norms and biases stay as they are.
  double l2_decay = 0, l1_decay = 0;
};

/// Numbers that lie one behind the other.
struct PartOfRow {
  int64_t first = 0, count = 0;
};

/// Steps over all parameters of a network, which it sees as one row of numbers. Adam's second average is short (0.99),
/// since losses fall by ten times within the first hundred steps. Muon steps on convolutions' weights, as matrices with
/// a row for each channel that comes out, and keeps Adam's averages: its momentum is the first of them.
class ParameterSteps {
 public:
  /// \param parameters  keep their memory from here on; asked for gradients by autograd.
  explicit ParameterSteps(NamedTensors parameters, const StepRule& rule = {});

  void forget_gradients();
  /// All gradients in a row; undefined if one of their numbers is not finite.
  at::Tensor gradients() const;
  /// \param still  parts of the row that stay as they are, and so do their averages: their gradients are not known.
  void step(const at::Tensor& gradients, double learning_rate, const std::vector<PartOfRow>& still = {});

  int64_t steps() const { return moments_.steps; }
  /// All parameters in a row.
  const at::Tensor& row() const { return row_; }

  /// A copy, with `prefix` before its names.
  void add_to(TrainingState& state, const std::string& prefix) const;
  /// Reads what add_to() wrote, without changing anything: restore() can't fail then.
  /// \throws Error{InvalidArgument} that names what is missing or can't be.
  void check(const TrainingState& state, const std::string& prefix) const;
  void restore(const TrainingState& state, const std::string& prefix);

 private:
  /// Where a matrix that Muon steps on lies in the row.
  struct Matrix {
    int64_t first, rows, columns;
  };

  void decay(double learning_rate);
  /// In place of Adam's step from `before`.
  void step_matrix(const Matrix& matrix, const at::Tensor& before, const at::Tensor& gradients, double learning_rate);
  /// The averages that the optimiser keeps, by name.
  NamedTensors averages() const;

  NamedTensors parameters_;
  StepRule rule_;
  at::Tensor row_;
  std::vector<Matrix> matrices_;  ///< Of Muon alone.
  at::Tensor decaying_;           ///< 1 for weights that decay, and 0; undefined where none do.
  AdamMoments moments_;           ///< Of SGD the steps alone.
  at::Tensor momentum_;           ///< Of SGD alone.
};

/// The entry of a state that was read from somewhere.
/// \throws Error{InvalidArgument} where it is missing, of another shape or holds a number that is not finite.
const at::Tensor& entry_of(const TrainingState& state, const std::string& name, at::IntArrayRef shape);

/// The tensors' gradients by autograd one behind the other; undefined if one of their numbers is not finite.
at::Tensor gradients_in_a_row(const NamedTensors& tensors);

/// The tensors' numbers one behind the other, a copy.
at::Tensor in_a_row(const NamedTensors& tensors);
/// Copies from such a row into the tensors.
void spread(const at::Tensor& row, const NamedTensors& tensors);

}  // namespace styler
