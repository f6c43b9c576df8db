#include "styler/core/loss/total_variation.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros_like.h>

#include "styler/base/error.hpp"

namespace styler {

LossAndGradient total_variation_loss(const at::Tensor& picture, double factor, bool wraps) {
  STYLER_ASSERT(picture.dim() == 4);
  double loss = 0;
  at::Tensor gradient = at::zeros_like(picture);
  for (const int64_t edge : {2, 3}) {
    const int64_t steps = picture.size(edge) - 1;
    if (steps < 1) continue;
    const at::Tensor change = picture.narrow(edge, 1, steps) - picture.narrow(edge, 0, steps);
    loss += factor * change.abs().sum(at::kDouble).item<double>();
    const at::Tensor direction = change.sign().mul_(factor);
    gradient.narrow(edge, 1, steps).add_(direction);
    gradient.narrow(edge, 0, steps).sub_(direction);
    if (!wraps) continue;
    const at::Tensor across = picture.narrow(edge, 0, 1) - picture.narrow(edge, steps, 1);
    loss += factor * across.abs().sum(at::kDouble).item<double>();
    const at::Tensor direction_across = across.sign().mul_(factor);
    gradient.narrow(edge, 0, 1).add_(direction_across);
    gradient.narrow(edge, steps, 1).sub_(direction_across);
  }
  return {loss, gradient};
}

}  // namespace styler
