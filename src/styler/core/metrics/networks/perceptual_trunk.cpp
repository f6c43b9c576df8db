#include "styler/core/metrics/networks/perceptual_trunk.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/tensor.h>

#include <array>
#include <initializer_list>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// One after the other what a picture goes through. `index` is torchvision's in `features`.
struct Step {
  enum class Kind { Convolution, Fire, Pool, Tap } kind;
  int index = 0;
  int64_t in = 0, out = 0;  ///< Of a fire: `out` of each of its two halves.
  int64_t size = 1, stride = 1, padding = 0;
  int64_t squeezed = 0;  ///< The channels in a fire's middle.
  bool ceiling = false;  ///< A pool's last window may reach beyond the edge.
};
using Steps = std::vector<Step>;

constexpr Step kTap{Step::Kind::Tap};

Step convolution(int index, int64_t in, int64_t out, int64_t size, int64_t stride, int64_t padding) {
  return {Step::Kind::Convolution, index, in, out, size, stride, padding};
}
Step fire(int index, int64_t in, int64_t squeezed, int64_t out) {
  return {Step::Kind::Fire, index, in, out, 1, 1, 0, squeezed};
}
Step pooling(int64_t size, bool ceiling = false) { return {Step::Kind::Pool, 0, 0, 0, size, 2, 0, 0, ceiling}; }

/// torchvision's `alexnet` (Krizhevsky 2014).
Steps alex_steps() {
  return {convolution(0, 3, 64, 11, 4, 2),
          kTap,
          pooling(3),
          convolution(3, 64, 192, 5, 1, 2),
          kTap,
          pooling(3),
          convolution(6, 192, 384, 3, 1, 1),
          kTap,
          convolution(8, 384, 256, 3, 1, 1),
          kTap,
          convolution(10, 256, 256, 3, 1, 1),
          kTap};
}

/// torchvision's `vgg16` (Simonyan & Zisserman 2014), a layer before each pool.
Steps vgg_steps() {
  Steps steps;
  int index = 0;
  int64_t in = 3;
  for (const auto& [count, out] :
       std::initializer_list<std::pair<int, int64_t>>{{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}}) {
    if (in != 3) {
      steps.push_back(pooling(2));
      ++index;
    }
    for (int i = 0; i < count; ++i) {
      steps.push_back(convolution(index, in, out, 3, 1, 1));
      index += 2;  // a ReLU follows
      in = out;
    }
    steps.push_back(kTap);
  }
  return steps;
}

/// torchvision's `squeezenet1_1` (Iandola et al. 2016).
Steps squeeze_steps() {
  const Step shrinks = pooling(3, /*ceiling=*/true);
  return {convolution(0, 3, 64, 3, 2, 0),
          kTap,
          shrinks,
          fire(3, 64, 16, 64),
          fire(4, 128, 16, 64),
          kTap,
          shrinks,
          fire(6, 128, 32, 128),
          fire(7, 256, 32, 128),
          kTap,
          shrinks,
          fire(9, 256, 48, 192),
          kTap,
          fire(10, 384, 48, 192),
          kTap,
          fire(11, 384, 64, 256),
          kTap,
          fire(12, 512, 64, 256),
          kTap};
}

const Steps& steps_of(TrunkKind kind) {
  static const Steps alex = alex_steps();
  static const Steps vgg = vgg_steps();
  static const Steps squeeze = squeeze_steps();
  return of_kind(kind, alex, vgg, squeeze);
}

std::string feature_name(int index) { return "features." + std::to_string(index); }

NetworkForm trunk_form(TrunkKind kind, std::string name, std::string title, std::string install) {
  NetworkForm form{std::move(name), std::move(title), std::move(install), {}};
  const auto add = [&](const std::string& layer, int64_t in, int64_t out, int64_t size) {
    form.tensors.push_back({layer + ".weight", at::kFloat, {out, in, size, size}});
    form.tensors.push_back({layer + ".bias", at::kFloat, {out}});
  };
  for (const Step& step : steps_of(kind)) {
    const std::string layer = feature_name(step.index);
    if (step.kind == Step::Kind::Convolution) add(layer, step.in, step.out, step.size);
    if (step.kind == Step::Kind::Fire) {
      add(layer + ".squeeze", step.in, step.squeezed, 1);
      add(layer + ".expand1x1", step.squeezed, step.out, 1);
      add(layer + ".expand3x3", step.squeezed, step.out, 3);
    }
  }
  return form;
}

std::vector<int64_t> tapped_channels(TrunkKind kind) {
  std::vector<int64_t> channels;
  int64_t last = 0;
  for (const Step& step : steps_of(kind)) {
    if (step.kind == Step::Kind::Convolution) last = step.out;
    if (step.kind == Step::Kind::Fire) last = 2 * step.out;
    if (step.kind == Step::Kind::Tap) channels.push_back(last);
  }
  return channels;
}

}  // namespace

const NetworkForm& PerceptualTrunk::form(TrunkKind kind) {
  static const NetworkForm alex =
      trunk_form(TrunkKind::Alex, "alexnet", "AlexNet", "styler weights import alexnet-owt-7be5be79.pth");
  static const NetworkForm vgg =
      trunk_form(TrunkKind::Vgg, "vgg16", "VGG16", "styler weights import vgg16-397923af.pth");
  static const NetworkForm squeeze = trunk_form(TrunkKind::Squeeze, "squeezenet", "SqueezeNet 1.1",
                                                "styler weights import squeezenet1_1-b8a52dc0.pth");
  return of_kind(kind, alex, vgg, squeeze);
}

const std::vector<int64_t>& PerceptualTrunk::channels(TrunkKind kind) {
  static const std::vector<int64_t> alex = tapped_channels(TrunkKind::Alex);
  static const std::vector<int64_t> vgg = tapped_channels(TrunkKind::Vgg);
  static const std::vector<int64_t> squeeze = tapped_channels(TrunkKind::Squeeze);
  return of_kind(kind, alex, vgg, squeeze);
}

PerceptualTrunk::PerceptualTrunk(TrunkKind kind, const NetworkWeights& weights, const at::Device& device)
    : kind_(kind) {
  STYLER_ASSERT(weights.tensors.size() == form(kind).tensors.size());
  for (const auto& [name, tensor] : weights.tensors) tensors_.emplace(name, tensor.to(device));
  const auto of_channels = [&](const std::array<double, 3>& values) {
    return at::tensor(at::ArrayRef<double>(values), at::kFloat).view({1, 3, 1, 1}).to(device);
  };
  // LPIPS' own scaling of [-1, 1] is exactly this.
  mean_ = of_channels(InputConvention::torchvision().mean);
  stddev_ = of_channels(InputConvention::torchvision().stddev);
}

std::vector<at::Tensor> PerceptualTrunk::layers(const at::Tensor& picture) const {
  STYLER_ASSERT(picture.dim() == 4 && picture.size(2) >= kMinEdge && picture.size(3) >= kMinEdge);
  const at::NoGradGuard no_grad;
  const auto convolved = [&](const at::Tensor& x, const std::string& layer, int64_t stride, int64_t padding) {
    return at::relu(at::conv2d(x, tensors_.at(layer + ".weight"), tensors_.at(layer + ".bias"),
                               at::IntArrayRef({stride, stride}), at::IntArrayRef({padding, padding})));
  };
  std::vector<at::Tensor> taps;
  at::Tensor x = (picture - mean_) / stddev_;
  for (const Step& step : steps_of(kind_)) {
    const std::string layer = feature_name(step.index);
    switch (step.kind) {
      case Step::Kind::Convolution:
        x = convolved(x, layer, step.stride, step.padding);
        break;
      case Step::Kind::Fire:
        x = convolved(x, layer + ".squeeze", 1, 0);
        x = at::cat({convolved(x, layer + ".expand1x1", 1, 0), convolved(x, layer + ".expand3x3", 1, 1)}, 1);
        break;
      case Step::Kind::Pool:
        x = at::max_pool2d(x, at::IntArrayRef({step.size, step.size}), at::IntArrayRef({step.stride, step.stride}),
                           at::IntArrayRef({0, 0}), at::IntArrayRef({1, 1}), step.ceiling);
        break;
      case Step::Kind::Tap:
        taps.push_back(x);
        break;
    }
  }
  return taps;
}

}  // namespace styler
