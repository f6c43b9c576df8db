#include "styler/core/picture/mirror.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

/// Where in an edge of `length` pixels, repeated forwards and backwards in turn, `wanted` pixels around it lie.
at::Tensor mirrored_positions(int64_t length, int64_t wanted, c10::Device device) {
  const int64_t before = (wanted - length) / 2;
  const int64_t period = 2 * length;
  at::Tensor positions = at::arange(wanted, at::TensorOptions().dtype(at::kLong).device(device)).sub_(before);
  positions = positions.remainder(period);
  return positions.minimum(positions.neg().add_(period - 1));
}

}  // namespace

Size enlarged_to(Size size, int64_t min_edge) {
  return {std::max(size.height, min_edge), std::max(size.width, min_edge)};
}

at::Tensor mirrored_to(const at::Tensor& picture, Size size) {
  if (picture_size(picture) == size) return picture;
  return mirrored_part(picture, size, 0, 0, size);
}

at::Tensor mirrored_part(const at::Tensor& picture, Size size, int64_t top, int64_t left, Size part) {
  const Size own = picture_size(picture);
  if (own == size) return picture.narrow(2, top, part.height).narrow(3, left, part.width);
  STYLER_ASSERT(own.height <= size.height && own.width <= size.width);
  const auto rows = mirrored_positions(own.height, size.height, picture.device()).narrow(0, top, part.height);
  const auto columns = mirrored_positions(own.width, size.width, picture.device()).narrow(0, left, part.width);
  return picture.index_select(2, rows).index_select(3, columns);
}

at::Tensor middle_of(const at::Tensor& picture, Size size) {
  const Size own = picture_size(picture);
  return picture.narrow(2, (own.height - size.height) / 2, size.height)
      .narrow(3, (own.width - size.width) / 2, size.width);
}

Picture with_hidden_margin(const Picture& picture, int64_t margin) {
  const Size own = picture_size(picture.colour);
  const Size wide = {own.height + 2 * margin, own.width + 2 * margin};
  at::Tensor alpha = at::zeros({1, 1, wide.height, wide.width}, picture.colour.options());
  if (picture.alpha.defined()) {
    middle_of(alpha, own).copy_(picture.alpha);
  } else {
    middle_of(alpha, own).fill_(1);
  }
  return {mirrored_to(picture.colour, wide), std::move(alpha)};
}

}  // namespace styler
