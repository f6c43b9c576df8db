#pragma once

#include <ATen/core/Tensor.h>

#include "styler/options/network/inception_resize.hpp"

namespace styler {

/// A picture as Inception v3 is fed with it, [1, 3, 299, 299], float32: rounded to 8 bits, as files of most tools have
/// it, and resized as one of the tools does whose figures are compared.
/// \param picture  [1, 3, H, W] on the CPU, in [0, 1], of its own size.
at::Tensor inception_input(const at::Tensor& picture, InceptionResize resize);

/// As EfficientNet-lite0 is fed with it, [1, 3, 224, 224]: the whole of it, bicubic and without aliasing, less
/// ImageNet's mean and by its deviation.
at::Tensor lite0_input(const at::Tensor& picture);

}  // namespace styler
