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
#include <ATen/ops/replication_pad2d.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/stack.h>
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
/// Of noise by which the usual size of a layer's values is found.
constexpr int64_t kProbeEdge = 64;
/// Least-squares labels of paintings and of the rest.
constexpr double kReal = 0.9, kFake = 0.1;

/// Drawn on the CPU, so that all devices begin alike.
at::Tensor uniform(at::IntArrayRef shape, at::Generator& random, const at::TensorOptions& numbers) {
  return at::rand(shape, random, numbers.device(at::kCPU)).to(numbers.device());
}
at::Tensor normal(at::IntArrayRef shape, at::Generator& random, const at::TensorOptions& numbers) {
  return at::randn(shape, random, numbers.device(at::kCPU)).to(numbers.device());
}

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

at::Tensor mean_of(const std::vector<at::Tensor>& losses) {
  return losses.size() == 1 ? losses.front() : at::stack(losses).mean();
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

void Discriminator::add_convolution(const std::string& name, int64_t in, int64_t out, at::Generator& random,
                                    const at::TensorOptions& numbers) {
  const double bound = 1 / std::sqrt(static_cast<double>(in * 9));
  parameters_.emplace_back(name + ".weight", uniform({out, in, 3, 3}, random, numbers).mul_(2).sub_(1).mul_(bound));
  parameters_.emplace_back(name + ".bias", at::zeros({out}, numbers));
  spectrum_.emplace_back(name + ".u", unit(normal({out}, random, numbers)));
  spectrum_.emplace_back(name + ".v", unit(normal({in * 9}, random, numbers)));
}

void Discriminator::begin_spectrum() {
  constexpr int kFirstIterations = 15;  // from nowhere; later each step starts where the one before ended
  for (int i = 0; i < kFirstIterations; ++i) follow_spectrum();
}

Discriminator::Discriminator(int64_t channels, uint64_t seed, const at::TensorOptions& numbers) {
  auto random = at::detail::createCPUGenerator(seed);
  const std::array<int64_t, 5> widths = {3, channels, 2 * channels, 2 * channels, 1};
  for (size_t i = 0; i < kStrides.size(); ++i) {
    add_convolution("conv" + std::to_string(i + 1), widths.at(i), widths.at(i + 1), random, numbers);
  }
  begin_spectrum();
}

Discriminator::Discriminator(const FeatureExtractor& network, int64_t channels, uint64_t seed,
                             const at::TensorOptions& numbers)
    : network_(&network) {
  auto random = at::detail::createCPUGenerator(seed);
  const int64_t edge = std::max<int64_t>(network.min_edge(), kProbeEdge);
  const at::Tensor probe = uniform({1, 3, edge, edge}, random, numbers);
  const std::vector<at::Tensor> features = network.features(probe);
  for (size_t i = 0; i < features.size(); ++i) {
    // Layers' values differ by a hundred times: heads find about 1, so that no one's say is larger.
    const double usual = std::max(1e-6, features[i].to(at::kFloat).square().mean().sqrt().item<double>());
    const int64_t in = features[i].size(1);
    const std::string name = "head" + std::to_string(i + 1);
    const double scale = 1 / (usual * std::sqrt(static_cast<double>(in)));
    mixtures_.emplace_back(name + ".mixture", normal({channels, in, 1, 1}, random, numbers).mul_(scale));
    add_convolution(name + ".conv1", channels, channels, random, numbers);
    add_convolution(name + ".conv2", channels, 1, random, numbers);
  }
  begin_spectrum();
}

void Discriminator::follow_spectrum() {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; 2 * i < parameters_.size(); ++i) {
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

std::vector<at::Tensor> Discriminator::of_features(const std::vector<at::Tensor>& features) const {
  std::vector<at::Tensor> logits;
  for (size_t i = 0; i < features.size(); ++i) {
    const auto convolved = [&](const at::Tensor& input, size_t convolution) {
      return at::conv2d(at::replication_pad2d(input, {1, 1, 1, 1}), normalised(convolution),
                        parameters_[2 * convolution + 1].second);
    };
    const at::Tensor mixed = at::conv2d(features[i], mixtures_[i].second);
    logits.push_back(convolved(at::leaky_relu(convolved(mixed, 2 * i), kLeak), 2 * i + 1));
  }
  return logits;
}

std::vector<at::Tensor> Discriminator::run(const at::Tensor& pictures) const {
  if (network_ != nullptr) {
    std::vector<at::Tensor> features = network_->features(pictures.detach());
    for (at::Tensor& of_layer : features) of_layer = of_layer.to(pictures.scalar_type());
    return of_features(features);
  }
  STYLER_ASSERT(pictures.size(2) >= kField && pictures.size(3) >= kField);
  at::Tensor features = pictures - 0.5;
  for (size_t i = 0; i < kStrides.size(); ++i) {
    features = at::conv2d(features, normalised(i), parameters_[2 * i + 1].second, kStrides.at(i));
    if (i + 1 < kStrides.size()) features = at::leaky_relu(features, kLeak);
  }
  return {features};
}

at::Tensor Discriminator::picture_gradient(Adversarial game, const at::Tensor& pictures,
                                           const std::function<at::Tensor(const at::Tensor&)>& eyes) const {
  const at::Tensor given = pictures.detach().clone().requires_grad_(true);
  const at::Tensor seen = eyes(given);
  if (network_ == nullptr) {
    generator_loss(game, run(seen)).backward();
    return given.grad();
  }
  const FeaturePass pass = network_->run(seen.detach(), {}, WayBack::Kept);
  std::vector<at::Tensor> features;
  for (const at::Tensor& of_layer : pass.features) {
    features.push_back(of_layer.detach().to(seen.scalar_type(), /*non_blocking=*/false, /*copy=*/true));
    features.back().requires_grad_(true);
  }
  generator_loss(game, of_features(features)).backward();
  const auto gradient_of = [&](size_t layer) {
    const at::Tensor& of_network = pass.features[layer];
    return features[layer].grad().to(of_network.scalar_type()).contiguous(of_network.suggest_memory_format());
  };
  seen.backward(pass.pull_back(gradient_of, {}));
  return given.grad();
}

at::Tensor discriminator_loss(Adversarial game, at::TensorList paintings, at::TensorList painted,
                              at::TensorList photos) {
  STYLER_ASSERT(game != Adversarial::None && paintings.size() == painted.size());
  std::vector<at::Tensor> losses;
  for (size_t head = 0; head < paintings.size(); ++head) {
    at::Tensor fakes = fake_loss(game, painted[head]);
    if (!photos.empty()) fakes = (fakes + 0.5 * fake_loss(game, photos[head])) / 1.5;
    losses.push_back(0.5 * (real_loss(game, paintings[head]) + fakes));
  }
  return mean_of(losses);
}

at::Tensor generator_loss(Adversarial game, at::TensorList painted) {
  STYLER_ASSERT(game != Adversarial::None);
  std::vector<at::Tensor> losses;
  for (const at::Tensor& logits : painted) {
    losses.push_back(game == Adversarial::Hinge ? -logits.mean() : real_loss(game, logits));
  }
  return mean_of(losses);
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

double WinRate::right(at::TensorList paintings, at::TensorList painted) const {
  double right = 0;
  for (size_t head = 0; head < paintings.size(); ++head) {
    right += 0.5 *
             ((paintings[head] > boundary_).to(at::kDouble).mean() + (painted[head] < boundary_).to(at::kDouble).mean())
                 .item<double>();
  }
  return right / static_cast<double>(paintings.size());
}

double balanced_weight(const at::Tensor& perceptual, const at::Tensor& adversarial, double share) {
  constexpr double kLeast = 1e-4, kMost = 1e4;
  const double ratio = perceptual.norm().item<double>() / (adversarial.norm().item<double>() + kLeast);
  return share * std::clamp(ratio, 0.0, kMost);
}

}  // namespace styler
