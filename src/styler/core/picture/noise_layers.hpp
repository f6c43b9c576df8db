#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "styler/base/size.hpp"

namespace styler {

/// What a generator of textures paints: noise in [0, 1], [1, 3, H, W], float32, whose channels have grains of a pixel,
/// of some 8 and of some 32, so that there is something to make strokes, forms and large parts of. It goes on beyond
/// each edge where it begins at the other. Drawn on the CPU; equal seeds and sizes give the same.
at::Tensor noise_layers(Size size, uint64_t seed);

/// [1, C, H, W] with `margin` pixels around it of what is at its other side.
at::Tensor wrapped(const at::Tensor& picture, int64_t margin);

}  // namespace styler
