#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "styler/core/optimizer/adam.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {

/// How a training stands between two steps: tensors by name, for a file or for going back a step.
using TrainingState = std::map<std::string, at::Tensor>;

/// Adam over all parameters of a network, which it sees as one row of numbers. The second average is
/// short (0.99), since losses fall by ten times within the first hundred steps.
class ParameterSteps {
 public:
  /// \param parameters  keep their memory from here on; asked for gradients by autograd.
  explicit ParameterSteps(NamedTensors parameters, double first_beta = 0.9);

  void forget_gradients();
  /// All gradients in a row; undefined if one of their numbers is not finite.
  at::Tensor gradients() const;
  void step(const at::Tensor& gradients, double learning_rate);

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
  NamedTensors parameters_;
  at::Tensor row_;
  AdamMoments moments_;
};

/// The entry of a state that was read from somewhere.
/// \throws Error{InvalidArgument} where it is missing, of another shape or holds a number that is not finite.
const at::Tensor& entry_of(const TrainingState& state, const std::string& name, at::IntArrayRef shape);

/// The tensors' numbers one behind the other, a copy.
at::Tensor in_a_row(const NamedTensors& tensors);
/// Copies from such a row into the tensors.
void spread(const at::Tensor& row, const NamedTensors& tensors);

}  // namespace styler
