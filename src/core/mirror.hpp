#pragma once

#include <ATen/core/Tensor.h>

#include "styler/schedule.hpp"

namespace styler {

/// `size` with both edges at least `min_edge`.
Size enlarged_to(Size size, int64_t min_edge);

/// [1, C, H, W] continued on all sides by its mirror image, as often as it takes, to `size`; itself when it has that
/// size. The edge pixel is repeated, so that a picture of one row continues too.
at::Tensor mirrored_to(const at::Tensor& picture, Size size);

/// The middle of `picture`: undoes mirrored_to. A view.
at::Tensor middle_of(const at::Tensor& picture, Size size);

}  // namespace styler
