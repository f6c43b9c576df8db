#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <string>

#include "styler/base/error.hpp"
#include "styler/core/optimizer/optimizer.hpp"

namespace styler {

// How optimisers put themselves into an OptimizerState, and find themselves there.

inline at::Tensor scalar_tensor(double value) { return at::tensor({value}, at::kDouble); }

/// The named entry of a saved state. A state of another method is a mistake of the program that kept it.
inline const at::Tensor& entry(const OptimizerState& state, const std::string& name) {
  const auto found = state.find(name);
  STYLER_ASSERT(found != state.end());
  return found->second;
}
inline double number(const OptimizerState& state, const std::string& name) { return entry(state, name).item<double>(); }

/// A copy of the named entry, or an undefined tensor when there is none.
inline at::Tensor copy_of(const OptimizerState& state, const std::string& name, c10::Device device) {
  const auto found = state.find(name);
  return found == state.end() ? at::Tensor() : found->second.to(device, found->second.scalar_type(), false, true);
}

}  // namespace styler
