#include "styler/core/network/padded.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include "styler/base/error.hpp"
#include "styler/core/kernels/edges.hpp"

namespace styler {

at::Tensor padded(const at::Tensor& tensor, Padding padding) {
  STYLER_ASSERT(tensor.dim() == 4 && padding != Padding::Zero);
  const int64_t height = tensor.size(2), width = tensor.size(3);
  at::Tensor result = at::empty({tensor.size(0), tensor.size(1), height + 2, width + 2}, tensor.options(),
                                tensor.suggest_memory_format());
  const at::Tensor rows = result.narrow(2, 1, height);
  rows.narrow(3, 1, width).copy_(tensor);
  rows.narrow(3, 0, 1).copy_(tensor.narrow(3, before_first(padding, width), 1));
  rows.narrow(3, width + 1, 1).copy_(tensor.narrow(3, behind_last(padding, width), 1));
  result.narrow(2, 0, 1).copy_(rows.narrow(2, before_first(padding, height), 1));
  result.narrow(2, height + 1, 1).copy_(rows.narrow(2, behind_last(padding, height), 1));
  return result;
}

at::Tensor folded(const at::Tensor& gradient, Padding padding) {
  STYLER_ASSERT(gradient.dim() == 4 && gradient.size(2) > 2 && gradient.size(3) > 2 && padding != Padding::Zero);
  const int64_t height = gradient.size(2) - 2, width = gradient.size(3) - 2;
  const at::Tensor rows = gradient.narrow(2, 1, height);
  const at::Tensor middle = rows.narrow(3, 1, width);
  rows.narrow(2, before_first(padding, height), 1).add_(gradient.narrow(2, 0, 1));
  rows.narrow(2, behind_last(padding, height), 1).add_(gradient.narrow(2, height + 1, 1));
  middle.narrow(3, before_first(padding, width), 1).add_(rows.narrow(3, 0, 1));
  middle.narrow(3, behind_last(padding, width), 1).add_(rows.narrow(3, width + 1, 1));
  return middle.contiguous(gradient.suggest_memory_format());
}

}  // namespace styler
