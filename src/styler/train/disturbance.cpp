#include "styler/train/disturbance.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/affine_grid_generator.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bicubic2d.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace styler {
namespace {

// In shares of the way from the picture's middle to its border, of a normal distribution each.
constexpr double kShift = 0.04;
constexpr double kZoom = 0.02;
constexpr double kTurn = 0.02;
/// Of what bends, at so many places along each edge.
constexpr double kBend = 0.008;
constexpr int64_t kBendPlaces = 5;
/// A camera's noise at night is twice as much, by day half.
constexpr double kNoise = 3.0 / 255;

// As LibTorch counts them.
constexpr int64_t kBicubic = 2;
constexpr int64_t kFromBorder = 1;

}  // namespace

Disturbance::Disturbance(const at::Tensor& photos, at::Generator& random) {
  const int64_t height = photos.size(2), width = photos.size(3);
  const at::TensorOptions numbers = at::TensorOptions(at::kFloat);
  const at::Tensor drawn = at::randn({4}, random, numbers);
  const auto amount = [&](int64_t i, double scale) { return scale * drawn[i].item<double>(); };
  const double zoom = 1 + amount(0, kZoom), turn = amount(1, kTurn);
  const double aspect = static_cast<double>(height) / static_cast<double>(width);
  const at::Tensor camera = at::tensor({zoom * std::cos(turn), -zoom * std::sin(turn) * aspect, amount(2, kShift),
                                        zoom * std::sin(turn) / aspect, zoom * std::cos(turn), amount(3, kShift)},
                                       numbers)
                                .view({1, 2, 3});
  const at::Tensor bend = at::randn({1, 2, kBendPlaces, kBendPlaces}, random, numbers) * kBend;
  const std::vector<int64_t> size{height, width};
  const at::Tensor bent = at::upsample_bicubic2d(bend, size, /*align_corners=*/true);
  const at::Tensor places =
      at::affine_grid_generator(camera, {1, 1, height, width}, /*align_corners=*/false) + bent.permute({0, 2, 3, 1});
  inside_ = (places.abs() < 1).all(3).unsqueeze(1).to(photos.options());
  places_ = places.to(photos.device());
  noise_ = (at::randn(photos.sizes(), random, numbers) * kNoise).to(photos.options());
}

at::Tensor Disturbance::moved(const at::Tensor& pictures) const {
  const at::Tensor places = places_.expand({pictures.size(0), -1, -1, -1});
  return at::grid_sampler(pictures.to(at::kFloat), places, kBicubic, kFromBorder, /*align_corners=*/false);
}

at::Tensor Disturbance::photos(const at::Tensor& photos) const {
  return (moved(photos) + noise_).clamp_(0, 1).to(photos.scalar_type());
}

LossAndGradient Disturbance::loss(const at::Tensor& pictures, const at::Tensor& pictures_of_disturbed) const {
  const double counted = 3 * static_cast<double>(pictures.size(0)) * inside_.sum(at::kDouble).item<double>();
  const at::Tensor off = (pictures_of_disturbed - moved(pictures)) * inside_;
  if (counted == 0) return {0, off};
  return {off.square().sum(at::kDouble).item<double>() / counted, off * (2 / counted)};
}

}  // namespace styler
