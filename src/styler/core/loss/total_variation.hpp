#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/compute/loss_and_gradient.hpp"

namespace styler {

/// factor · (Σ |x(i,j) − x(i+1,j)| + Σ |x(i,j) − x(i,j+1)|): anisotropic total variation, L1 and summed, as the PyTorch
/// port of neural-style has it, over all pictures of a batch. Johnson's Lua original squares the differences.
/// \param wraps  the last row and column stand beside the first, as on a torus.
LossAndGradient total_variation_loss(const at::Tensor& picture, double factor, bool wraps = false);

}  // namespace styler
