#include "styler/resample.hpp"

#include <ATen/ops/_upsample_bicubic2d_aa.h>

#include "styler/error.hpp"

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

}  // namespace styler
