#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>

#include "styler/base/size.hpp"

namespace styler {

/// A picture in memory.
struct Picture {
  /// [1, 3, H, W], float32 on the CPU, RGB, sRGB-encoded, in [0, 1]. Straight: never multiplied by alpha.
  at::Tensor colour;
  /// [1, 1, H, W], float32 on the CPU, in [0, 1], 1 for opaque. Undefined when every pixel is opaque.
  at::Tensor alpha;
  /// Of the file that it comes from, where it was read smaller than that; else without pixels.
  Size file_size{};
};

/// Gets one sentence for the user about something that does not end the work; may be empty.
using WarningSink = std::function<void(const std::string&)>;

}  // namespace styler
