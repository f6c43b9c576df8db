#include "styler/train/discriminator.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr std::array<int64_t, 4> kStrides = {2, 2, 1, 1};
constexpr double kLeak = 0.2;
/// Least-squares labels of paintings and of the rest.
constexpr double kReal = 0.9, kFake = 0.1;

at::Tensor unit(const at::Tensor& vector) { return vector / vector.norm().clamp_min(1e-12); }

at::Tensor rows_of(const at::Tensor& weight) { return weight.detach().flatten(1); }

at::Tensor real_loss(Adversarial game, const at::Tensor& logits) {
  if (game == Adversarial::Hinge) return at::relu(1 - logits).mean();
  if (game == Adversarial::Lsgan) return (logits - kReal).square().mean();
  return at::softplus(-logits).mean();
}

at::Tensor fake_loss(Adversarial game, const at::Tensor& logits) {
  if (game == Adversarial::Hinge) return at::relu(1 + logits).mean();
  if (game == Adversarial::Lsgan) return (logits - kFake).square().mean();
  return at::softplus(logits).mean();
}

/// Between `low` and `high`.
double drawn(at::Generator& random, double low, double high) {
  return low + (high - low) * at::rand({1}, random, at::TensorOptions().dtype(at::kDouble)).item<double>();
}

/// Moved by whole pixels; what comes in from outside is black.
at::Tensor shifted(const at::Tensor& picture, int64_t rows, int64_t columns) {
  const int64_t height = picture.size(2), width = picture.size(3);
  const auto moved = [](const at::Tensor& input, int64_t axis, int64_t by, int64_t length) {
    if (by == 0) return input;
    std::vector<int64_t> sizes = input.sizes().vec();
    sizes[axis] = std::abs(by);
    const at::Tensor blank = at::zeros(sizes, input.options());
    const at::Tensor kept = input.narrow(axis, std::max<int64_t>(0, -by), length - std::abs(by));
    return by > 0 ? at::cat({blank, kept}, axis) : at::cat({kept, blank}, axis);
  };
  return moved(moved(picture, 2, rows, height), 3, columns, width);
}

}  // namespace

Discriminator::Discriminator(int64_t channels, uint64_t seed, at::ScalarType dtype) {
  auto random = at::detail::createCPUGenerator(seed);
  const std::array<int64_t, 5> widths = {3, channels, 2 * channels, 2 * channels, 1};
  for (size_t i = 0; i < kStrides.size(); ++i) {
    const std::string name = "conv" + std::to_string(i + 1);
    const double bound = 1 / std::sqrt(static_cast<double>(widths[i] * 9));
    const at::TensorOptions numbers = at::TensorOptions().dtype(dtype);
    parameters_.emplace_back(name + ".weight",
                             at::rand({widths[i + 1], widths[i], 3, 3}, random, numbers).mul_(2).sub_(1).mul_(bound));
    parameters_.emplace_back(name + ".bias", at::zeros({widths[i + 1]}, numbers));
    spectrum_.emplace_back(name + ".u", unit(at::randn({widths[i + 1]}, random, numbers)));
    spectrum_.emplace_back(name + ".v", unit(at::randn({widths[i] * 9}, random, numbers)));
  }
  constexpr int kFirstIterations = 15;  // from nowhere; later each step starts where the one before ended
  for (int i = 0; i < kFirstIterations; ++i) follow_spectrum();
}

void Discriminator::follow_spectrum() {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < kStrides.size(); ++i) {
    const at::Tensor rows = rows_of(parameters_[2 * i].second);
    at::Tensor& u = spectrum_[2 * i].second;
    at::Tensor& v = spectrum_[2 * i + 1].second;
    v = unit(rows.t().mv(u));
    u = unit(rows.mv(v));
  }
}

at::Tensor Discriminator::normalised(size_t convolution) const {
  const at::Tensor& weight = parameters_[2 * convolution].second;
  const at::Tensor& u = spectrum_[2 * convolution].second;
  const at::Tensor& v = spectrum_[2 * convolution + 1].second;
  return weight / u.dot(weight.flatten(1).mv(v));  // the vectors stand still while gradients are taken
}

at::Tensor Discriminator::run(const at::Tensor& pictures) const {
  STYLER_ASSERT(pictures.size(2) >= kField && pictures.size(3) >= kField);
  at::Tensor features = pictures - 0.5;
  for (size_t i = 0; i < kStrides.size(); ++i) {
    features = at::conv2d(features, normalised(i), parameters_[2 * i + 1].second, kStrides.at(i));
    if (i + 1 < kStrides.size()) features = at::leaky_relu(features, kLeak);
  }
  return features;
}

at::Tensor discriminator_loss(Adversarial game, const at::Tensor& paintings, const at::Tensor& painted,
                              const at::Tensor& photos) {
  STYLER_ASSERT(game != Adversarial::None);
  at::Tensor fakes = fake_loss(game, painted);
  if (photos.defined()) fakes = (fakes + 0.5 * fake_loss(game, photos)) / 1.5;
  return 0.5 * (real_loss(game, paintings) + fakes);
}

at::Tensor generator_loss(Adversarial game, const at::Tensor& painted) {
  STYLER_ASSERT(game != Adversarial::None);
  if (game == Adversarial::Hinge) return -painted.mean();
  return real_loss(game, painted);
}

at::Tensor augmented(const at::Tensor& pictures, at::Generator& random) {
  std::vector<at::Tensor> changed;
  for (int64_t i = 0; i < pictures.size(0); ++i) {
    at::Tensor picture = pictures.narrow(0, i, 1) + drawn(random, -0.5, 0.5);
    const at::Tensor grey = picture.mean(1, /*keepdim=*/true);
    picture = (picture - grey) * drawn(random, 0, 2) + grey;
    const at::Tensor mean = picture.mean();
    picture = (picture - mean) * drawn(random, 0.5, 1.5) + mean;
    const int64_t height = picture.size(2), width = picture.size(3);
    const auto whole = [&](double value) { return static_cast<int64_t>(std::lround(value)); };
    const auto rows = static_cast<double>(height), columns = static_cast<double>(width);
    const int64_t down = whole(drawn(random, -rows / 8, rows / 8));
    const int64_t right = whole(drawn(random, -columns / 8, columns / 8));
    picture = shifted(picture, down, right);
    at::Tensor seen = at::ones_like(picture.detach());
    const int64_t hole_height = height / 5, hole_width = width / 5;
    seen.narrow(2, whole(drawn(random, 0, static_cast<double>(height - hole_height))), hole_height)
        .narrow(3, whole(drawn(random, 0, static_cast<double>(width - hole_width))), hole_width)
        .zero_();
    changed.push_back(picture * seen);
  }
  return at::cat(changed);
}

void WinRate::add(const at::Tensor& paintings, const at::Tensor& painted) {
  const double right =
      0.5 *
      ((paintings > boundary_).to(at::kDouble).mean() + (painted < boundary_).to(at::kDouble).mean()).item<double>();
  rate_ += kShare * (right - rate_);
}

double balanced_weight(const at::Tensor& perceptual, const at::Tensor& adversarial, double share) {
  constexpr double kLeast = 1e-4, kMost = 1e4;
  const double ratio = perceptual.norm().item<double>() / (adversarial.norm().item<double>() + kLeast);
  return share * std::clamp(ratio, 0.0, kMost);
}

}  // namespace styler
