#pragma once

#include <ATen/core/Tensor.h>

namespace styler::app {

/// As an 8-bit picture holds it, and back.
at::Tensor as_bytes(const at::Tensor& picture);
at::Tensor from_bytes(const at::Tensor& bytes);

}  // namespace styler::app
