#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// Adds in place. Undefined stands for zero on both sides; an undefined `sum` takes the memory of `addend`.
inline void add_to(at::Tensor& sum, const at::Tensor& addend) {
  if (addend.defined()) sum = sum.defined() ? sum.add_(addend) : addend;
}

}  // namespace styler
