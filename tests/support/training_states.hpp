#pragma once

#include <ATen/ATen.h>

#include "styler/train/parameter_steps.hpp"

namespace support {

/// Whether two states have the same tensors, to the bit.
inline bool same_state(const styler::TrainingState& a, const styler::TrainingState& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, tensor] : a) {
    if (!b.contains(name) || !at::equal(tensor, b.at(name))) return false;
  }
  return true;
}

}  // namespace support
