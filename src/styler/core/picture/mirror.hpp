#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/picture/picture.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// `size` with both edges at least `min_edge`.
Size enlarged_to(Size size, int64_t min_edge);

/// [1, C, H, W] continued on all sides by its mirror image, as often as it takes, to `size`; itself when it has that
/// size. The edge pixel is repeated, so that a picture of one row continues too.
at::Tensor mirrored_to(const at::Tensor& picture, Size size);

/// A part of what mirrored_to() gives, without the rest being made.
/// \param top, left  where it lies there.
at::Tensor mirrored_part(const at::Tensor& picture, Size size, int64_t top, int64_t left, Size part);

/// The middle of `picture`: undoes mirrored_to. A view.
at::Tensor middle_of(const at::Tensor& picture, Size size);

/// `picture` with `margin` pixels of its mirror image around it, which are transparent: for a network that takes a
/// picture to be a torus, which would see the other side beyond an edge. With a margin of halo_for() nothing visible
/// does.
Picture with_hidden_margin(const Picture& picture, int64_t margin);

}  // namespace styler
