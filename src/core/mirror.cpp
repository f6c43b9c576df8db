#include "core/mirror.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>

#include <algorithm>

#include "styler/error.hpp"
#include "styler/resample.hpp"

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
  const Size own = picture_size(picture);
  if (own == size) return picture;
  STYLER_ASSERT(own.height <= size.height && own.width <= size.width);
  return picture.index_select(2, mirrored_positions(own.height, size.height, picture.device()))
      .index_select(3, mirrored_positions(own.width, size.width, picture.device()));
}

at::Tensor middle_of(const at::Tensor& picture, Size size) {
  const Size own = picture_size(picture);
  return picture.narrow(2, (own.height - size.height) / 2, size.height)
      .narrow(3, (own.width - size.width) / 2, size.width);
}

}  // namespace styler
