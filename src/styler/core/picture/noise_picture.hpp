#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "styler/options/scales.hpp"

namespace styler {

/// What Init::Noise starts from: Gaussian noise around mid-grey, [1, 3, H, W], float32. Drawn on the CPU, so the same
/// for every device.
at::Tensor noise_picture(Size size, uint64_t seed);

}  // namespace styler
