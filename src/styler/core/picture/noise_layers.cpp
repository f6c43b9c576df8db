#include "styler/core/picture/noise_layers.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/rand.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace styler {
namespace {

constexpr std::array<int64_t, 3> kGrains = {1, 8, 32};

int64_t grains_along(int64_t length, int64_t grain) {
  return std::max<int64_t>(1, std::llround(static_cast<double>(length) / static_cast<double>(grain)));
}

/// Stretches an axis to a length, in straight lines between its values, from the last one on to the first.
at::Tensor stretched(const at::Tensor& values, int64_t axis, int64_t length) {
  const int64_t count = values.size(axis);
  if (count == length) return values;
  const double step = static_cast<double>(count) / static_cast<double>(length);
  const at::Tensor place =
      at::arange(length, at::kDouble).add(0.5).mul(step).add(static_cast<double>(count) - 0.5);  // from 0 up
  const at::Tensor before = place.floor();
  std::vector<int64_t> shape(4, 1);
  shape[static_cast<size_t>(axis)] = length;
  const at::Tensor share = (place - before).to(at::kFloat).view(shape);
  const at::Tensor first = before.to(at::kLong).remainder(count), second = (first + 1).remainder(count);
  return values.index_select(axis, first).mul(1 - share).add(values.index_select(axis, second).mul(share));
}

/// All that LibTorch's generator takes of a seed; splitmix64's way (Steele, Lea, Flood: Fast splittable pseudorandom
/// number generators, 2014) to let every bit of it count.
uint64_t in_32_bits(uint64_t seed) {
  seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9U;
  seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBU;
  return (seed ^ (seed >> 31)) >> 32;
}

at::Tensor wrapped_axis(const at::Tensor& picture, int64_t axis, int64_t margin) {
  const int64_t length = picture.size(axis);
  return picture.index_select(axis, at::arange(-margin, length + margin, at::kLong).remainder(length));
}

}  // namespace

at::Tensor noise_layers(Size size, uint64_t seed) {
  auto random = at::detail::createCPUGenerator(in_32_bits(seed));
  std::vector<at::Tensor> layers;
  for (const int64_t grain : kGrains) {
    const int64_t rows = grains_along(size.height, grain), columns = grains_along(size.width, grain);
    const at::Tensor grid = at::rand({1, 1, rows, columns}, random, at::TensorOptions().dtype(at::kFloat));
    layers.push_back(stretched(stretched(grid, 3, size.width), 2, size.height));
  }
  return at::cat(layers, 1);
}

at::Tensor wrapped(const at::Tensor& picture, int64_t margin) {
  return wrapped_axis(wrapped_axis(picture, 2, margin), 3, margin);
}

}  // namespace styler
