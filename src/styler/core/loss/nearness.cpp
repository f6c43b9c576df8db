#include "styler/core/loss/nearness.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

namespace styler {

LossAndGradient nearness_loss(const at::Tensor& picture, const NearPicture& near, double factor) {
  at::Tensor distance = picture - near.colour;
  const at::Tensor weighted = distance * near.weight;
  const double loss = factor * distance.mul_(weighted).sum(at::kDouble).item<double>();
  return {loss, weighted * (2 * factor)};
}

}  // namespace styler
