#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "styler/core/optimizer/optimizer.hpp"

namespace styler {

// How optimisers put themselves into an OptimizerState, and find themselves there.

at::Tensor scalar_tensor(double value);

/// An OptimizerState as somebody hands it over, perhaps out of a file whose numbers were changed: whoever restores
/// takes everything through here, where each is checked.
/// Everything \throws Error{Input} naming the entry and what is wrong.
class StateEntries {
 public:
  explicit StateEntries(const OptimizerState& state) : state_(state) {}

  /// A whole number, from `least` to `most`.
  int64_t whole(const std::string& name, int64_t least, int64_t most) const;
  /// A number from 0 to `most`.
  double number(const std::string& name, double most) const;
  /// Whether these entries are there: all of them, or none.
  bool has(std::initializer_list<const char*> names) const;
  /// A tensor of this shape and type, with any numbers; and one with finite numbers alone.
  const at::Tensor& tensor(const std::string& name, at::IntArrayRef shape, at::ScalarType type) const;
  const at::Tensor& finite_tensor(const std::string& name, at::IntArrayRef shape, at::ScalarType type) const;

  [[noreturn]] static void reject(const std::string& name, const std::string& what);

 private:
  const at::Tensor& entry(const std::string& name) const;
  double single(const std::string& name) const;

  const OptimizerState& state_;
};

/// Whether all numbers of a tensor are finite. Needs no memory: what is finite has a finite sum in float64.
bool is_all_finite(const at::Tensor& tensor);

/// A copy on the device of `like`.
at::Tensor copied_to_device_of(const at::Tensor& like, const at::Tensor& tensor);

}  // namespace styler
