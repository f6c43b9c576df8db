#include "styler/core/picture/resample.hpp"

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/cat.h>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// On a GPU LibTorch's antialiasing keeps all weights of a block's pixels in shared memory, and refuses where they
/// don't fit: bicubic ones from a factor of 47 on.
constexpr int64_t kMostOnGpu = 32;

bool shrinks_much(Size from, Size to) {
  return from.height > kMostOnGpu * to.height || from.width > kMostOnGpu * to.width;
}

}  // namespace

at::Tensor where_it_can_be_resized(const at::Tensor& picture, Size size) {
  return shrinks_much(picture_size(picture), size) ? picture.cpu() : picture;
}

Size picture_size(const at::Tensor& picture) {
  STYLER_ASSERT(picture.dim() == 4);
  return {picture.size(2), picture.size(3)};
}

Size own_size(const Picture& picture) {
  return picture.file_size.pixels() > 0 ? picture.file_size : picture_size(picture.colour);
}

at::Tensor resized(const at::Tensor& picture, Size size) {
  STYLER_ASSERT(size.height >= 1 && size.width >= 1);
  if (picture_size(picture) == size) return picture;
  return at::_upsample_bicubic2d_aa(where_it_can_be_resized(picture, size).contiguous(), {size.height, size.width},
                                    /*align_corners=*/false)
      .to(picture.device());
}

Picture resized(const Picture& picture, Size size) {
  if (picture_size(picture.colour) == size) return picture;
  Picture result{resized(picture.colour, size).clamp(0, 1), {}};
  if (picture.alpha.defined()) result.alpha = resized(picture.alpha, size).clamp(0, 1);
  return result;
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
