#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/picture/picture.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// Resizes a picture or a difference of pictures, [1, 3, H, W] floating point, with a bicubic kernel that widens when
/// shrinking, so nothing aliases. Values may overshoot the input's range slightly; nothing is clamped.
at::Tensor resized(const at::Tensor& picture, Size size);
/// The same for a picture that wraps around: what lies beyond an edge is the opposite side.
at::Tensor resized_around(const at::Tensor& picture, Size size);
/// Colour and alpha of a picture, clamped to [0, 1]; the picture itself where it has that size.
Picture resized(const Picture& picture, Size size);

/// The picture where it can be made as small as `size`: on its own device, or on the CPU where that is a GPU and the
/// factor more than LibTorch's kernels with antialiasing take there.
at::Tensor where_it_can_be_resized(const at::Tensor& picture, Size size);

/// Height and width of a [1, C, H, W] tensor.
Size picture_size(const at::Tensor& picture);
/// The size of the picture's file, of which there may be less in memory.
Size own_size(const Picture& picture);

}  // namespace styler
