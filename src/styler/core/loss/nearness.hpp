#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/compute/loss_and_gradient.hpp"

namespace styler {

/// What a picture should be near to, pixel by pixel, as the frame of a film should be to the one before it.
struct NearPicture {
  at::Tensor colour{};  ///< [1, 3, H, W]; undefined: nothing.
  at::Tensor weight{};  ///< [1, 1, H, W] in [0, 1]: how far each of its pixels counts.

  bool defined() const { return colour.defined(); }
};

/// factor · Σ weight · (x − colour)².
LossAndGradient nearness_loss(const at::Tensor& picture, const NearPicture& near, double factor);

}  // namespace styler
