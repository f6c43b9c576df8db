#include "styler/core/picture/resample.hpp"

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/cat.h>

#include "styler/base/error.hpp"

namespace styler {

Size picture_size(const at::Tensor& picture) {
  STYLER_ASSERT(picture.dim() == 4);
  return {picture.size(2), picture.size(3)};
}

at::Tensor resized(const at::Tensor& picture, Size size) {
  STYLER_ASSERT(size.height >= 1 && size.width >= 1);
  if (picture_size(picture) == size) return picture;
  return at::_upsample_bicubic2d_aa(picture.contiguous(), {size.height, size.width}, /*align_corners=*/false);
}

at::Tensor resized_around(const at::Tensor& picture, Size size) {
  if (picture_size(picture) == size) return picture;
  // Three copies side by side, of which the middle one has its neighbours whatever the two sizes are; one edge after
  // the other, which is the same for a separable kernel and takes a third of the memory.
  const auto along = [](const at::Tensor& tensor, int64_t edge, int64_t length) {
    const at::Tensor three = at::cat({tensor, tensor, tensor}, edge);
    Size wanted = picture_size(three);
    (edge == 2 ? wanted.height : wanted.width) = 3 * length;
    return resized(three, wanted).narrow(edge, length, length);
  };
  return along(along(picture, 2, size.height), 3, size.width).contiguous();
}

}  // namespace styler
