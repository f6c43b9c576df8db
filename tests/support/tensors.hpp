#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>

#include "styler/options/scales.hpp"
#include "support/test_device.hpp"

namespace support {

/// Standard normal values, the same for the same seed, on the device under test.
inline at::Tensor noise(at::IntArrayRef sizes, at::ScalarType dtype = at::kDouble, uint64_t seed = 1) {
  return at::randn(sizes, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kDouble))
      .to(on_device(dtype));
}

/// A picture with structure at every scale: smooth gradients, a disc, and some grain. [1, 3, H, W] in [0, 1],
/// on the device under test.
inline at::Tensor picture(styler::Size size, uint64_t seed = 1, at::ScalarType dtype = at::kFloat) {
  const at::Tensor y = at::linspace(0, 1, size.height, on_device(at::kDouble)).view({1, 1, -1, 1});
  const at::Tensor x = at::linspace(0, 1, size.width, on_device(at::kDouble)).view({1, 1, 1, -1});
  const auto phase = static_cast<double>(seed);
  const at::Tensor red = (6 * x + 4 * y + phase).sin();
  const at::Tensor green = (9 * y - 3 * x + 2 * phase).cos();
  const at::Tensor disc = ((x - 0.5).square() + (y - 0.4).square() < 0.08).to(at::kDouble) * 2 - 1;
  const at::Tensor smooth = at::cat({red, green.expand_as(red), disc.expand_as(red)}, 1) * 0.35 + 0.5;
  return (smooth + 0.05 * noise({1, 3, size.height, size.width}, at::kDouble, seed)).clamp(0, 1).to(dtype);
}

/// The largest difference, relative to the largest entry of `expected`.
inline double relative_error(const at::Tensor& actual, const at::Tensor& expected) {
  const double scale = expected.abs().max().item<double>();
  return (actual - expected).abs().max().item<double>() / (scale > 0 ? scale : 1.0);
}

/// The gradient of `function` at `x` (float64) by central differences, entry by entry: for small tensors.
inline at::Tensor numeric_gradient(const std::function<double(const at::Tensor&)>& function, const at::Tensor& x,
                                   double step = 1e-6) {
  at::Tensor gradient = at::zeros_like(x);
  at::Tensor moved = x.clone();
  for (int64_t i = 0; i < x.numel(); ++i) {
    at::Tensor entry = moved.view({-1})[i];
    const double value = entry.item<double>();
    entry.fill_(value + step);
    const double above = function(moved);
    entry.fill_(value - step);
    const double below = function(moved);
    entry.fill_(value);
    gradient.view({-1})[i] = (above - below) / (2 * step);
  }
  return gradient;
}

}  // namespace support
