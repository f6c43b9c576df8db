#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// The matrix M of stylize()'s L-BFGS (Preconditioner in optimizer.hpp), applied to a picture. It sums a pyramid of
/// halved pictures: M₀ = 1 and Mₖ = 1 + w · expand · Mₖ₋₁ · reduce, `reduce` being the transpose of `expand` but for a
/// factor. So M is symmetric positive definite at every size, and the smoother a change of the picture is, the further
/// it goes: by 1 + w + w² + … for a constant.
///
/// Why that helps: the losses see a picture through layers that look ever wider, and the gradient, computed pixel by
/// pixel, is mostly grain. Plain L-BFGS finds the large forms only as its memory fills up.
///
/// \param picture  [1, C, H, W], any size from 1×1, float32 or float64.
/// \param wraps    the picture is a torus; as many levels as its edges can be halved.
/// \returns a new tensor of the same shape. Cost: some ten passes over the picture.
at::Tensor pyramid_sum(const at::Tensor& picture, bool wraps = false);

}  // namespace styler
