#include "styler/core/loss/range.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "styler/core/compute/sums.hpp"

namespace styler {

LossAndGradient range_loss(const at::Tensor& picture, double low, double high, double factor) {
  at::Tensor excess = picture - picture.clamp(low, high);
  const double loss = factor * sum_of_squares(excess);
  return {loss, excess.mul_(2 * factor)};
}

}  // namespace styler
