#pragma once

#include <ATen/core/Tensor.h>

#include "styler/options/network/padding.hpp"

namespace styler {

/// [1, C, h, w] continued by one position on every side, with another padding than Zero: [1, C, h + 2, w + 2], in the
/// same memory format.
at::Tensor padded(const at::Tensor& tensor, Padding padding);

/// The way back: of a gradient with respect to what padded() returned, that with respect to what it took. Overwrites
/// `gradient`.
at::Tensor folded(const at::Tensor& gradient, Padding padding);

}  // namespace styler
