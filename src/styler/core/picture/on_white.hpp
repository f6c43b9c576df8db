#pragma once

#include <ATen/TensorOperators.h>

#include "styler/core/picture/picture.hpp"

namespace styler {

/// [1, 3, H, W]: the picture as it looks on white paper.
inline at::Tensor on_white(const Picture& picture) {
  return picture.alpha.defined() ? picture.colour * picture.alpha + (1 - picture.alpha) : picture.colour;
}

}  // namespace styler
