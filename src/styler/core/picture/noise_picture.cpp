#include "styler/core/picture/noise_picture.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>

namespace styler {
namespace {

/// Standard deviation in [0, 1] units. Strong enough for every layer to see texture, weak enough to stay in range.
constexpr double kDeviation = 0.15;

}  // namespace

at::Tensor noise_picture(Size size, uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  return at::randn({1, 3, size.height, size.width}, generator, at::TensorOptions().dtype(at::kFloat))
      .mul_(kDeviation)
      .add_(0.5);
}

}  // namespace styler
