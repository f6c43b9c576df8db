#include "styler/vgg19.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/avg_pool2d_backward.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/max_pool2d_with_indices_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "core/fast_vgg19.hpp"
#include "core/network_input.hpp"
#include "styler/error.hpp"

namespace styler {
namespace {

constexpr int kNotTapped = -1;

/// One operation of the network, in the order of evaluation.
struct Operation {
  Layer layer;
  int convolution = 0;      ///< Index into the weights, for LayerKind::Conv.
  int tap = kNotTapped;     ///< Index into the features, where this layer's output is asked for.
  bool overwrites = false;  ///< A ReLU whose input nobody asked for works in place.
};

/// What an operation must remember for the way back.
struct Memory {
  at::Tensor input;
  at::Tensor output;   ///< Of a ReLU: where it is positive the gradient passes.
  at::Tensor indices;  ///< Of a maximum pooling.
};

std::vector<Operation> operations_for(const std::vector<Layer>& taps) {
  const auto tap_of = [&](const Layer& layer) {
    const auto found = std::find(taps.begin(), taps.end(), layer);
    return found == taps.end() ? kNotTapped : static_cast<int>(found - taps.begin());
  };
  std::vector<Operation> operations;
  STYLER_ASSERT(!taps.empty());
  const Layer& deepest = taps.back();
  int convolution = 0;
  for (int block = 1; block <= deepest.block; ++block) {
    for (int i = 1; i <= Layer::convolutions_in_block(block); ++i) {
      const Layer conv{LayerKind::Conv, block, i};
      const Layer relu{LayerKind::Relu, block, i};
      operations.push_back({conv, convolution++, tap_of(conv)});
      if (conv == deepest) return operations;
      operations.push_back({relu, 0, tap_of(relu), /*overwrites=*/tap_of(conv) == kNotTapped});
      if (relu == deepest) return operations;
    }
    const Layer pool{LayerKind::Pool, block, 0};
    operations.push_back({pool, 0, tap_of(pool)});
  }
  return operations;
}

class Vgg19 final : public FeatureExtractor {
 public:
  Vgg19(const VggWeights& weights, std::vector<Layer> layers, Pooling pooling, const ComputeDevice& device);

  const std::vector<Layer>& layers() const override { return layers_; }
  int64_t min_edge() const override { return smallest_edge_for(layers_); }
  std::vector<at::Tensor> features(const at::Tensor& picture) const override;
  FeaturePass differentiable_features(const at::Tensor& picture) const override;

 private:
  struct Convolution {
    at::Tensor kernel, bias;
  };

  /// Runs the network; `memories`, when given, receives one entry per operation.
  std::vector<at::Tensor> forward(const at::Tensor& picture, std::vector<Memory>* memories) const;
  at::Tensor apply(const Operation& operation, const at::Tensor& input, Memory* memory) const;
  at::Tensor apply_backward(const Operation& operation, const at::Tensor& gradient, const Memory& memory) const;
  at::Tensor backward(std::vector<Memory> memories, std::vector<at::Tensor> feature_gradients) const;

  std::vector<Layer> layers_;
  std::vector<Operation> operations_;
  std::vector<Convolution> convolutions_;
  Pooling pooling_;
  NetworkInput input_;
};

Vgg19::Vgg19(const VggWeights& weights, std::vector<Layer> layers, Pooling pooling, const ComputeDevice& device)
    : layers_(ordered_once(std::move(layers))),
      operations_(operations_for(layers_)),
      pooling_(pooling),
      input_(weights.convention, device) {
  STYLER_ASSERT(weights.convolutions.size() == kVggConvolutions);
  for (const Operation& operation : operations_) {
    if (operation.layer.kind != LayerKind::Conv) continue;
    const auto& [kernel, bias] = weights.convolutions[static_cast<size_t>(operation.convolution)];
    const auto options = kernel.options().dtype(device.network_dtype).device(device.device);
    convolutions_.push_back({kernel.to(options).contiguous(at::MemoryFormat::ChannelsLast), bias.to(options)});
  }
}

at::Tensor Vgg19::apply(const Operation& operation, const at::Tensor& input, Memory* memory) const {
  if (memory) memory->input = input;
  switch (operation.layer.kind) {
    case LayerKind::Conv: {
      const auto& [kernel, bias] = convolutions_[static_cast<size_t>(operation.convolution)];
      return at::conv2d(input, kernel, bias, /*stride=*/1, /*padding=*/1);
    }
    case LayerKind::Relu: {
      const at::Tensor output = operation.overwrites ? at::Tensor(input).relu_() : at::relu(input);
      if (memory) *memory = {at::Tensor(), output, at::Tensor()};
      return output;
    }
    case LayerKind::Pool:
      if (pooling_ == Pooling::Average) return at::avg_pool2d(input, {2, 2}, {2, 2});
      if (!memory) return at::max_pool2d(input, {2, 2}, {2, 2});
      at::Tensor output;
      std::tie(output, memory->indices) = at::max_pool2d_with_indices(input, {2, 2}, {2, 2});
      return output;
  }
  STYLER_ASSERT(!"unknown kind of layer");
  return {};
}

at::Tensor Vgg19::apply_backward(const Operation& operation, const at::Tensor& gradient, const Memory& memory) const {
  switch (operation.layer.kind) {
    case LayerKind::Conv: {
      const at::Tensor& kernel = convolutions_[static_cast<size_t>(operation.convolution)].kernel;
      return std::get<0>(at::convolution_backward(
          gradient, memory.input, kernel, /*bias_sizes=*/c10::nullopt, /*stride=*/{1, 1}, /*padding=*/{1, 1},
          /*dilation=*/{1, 1}, /*transposed=*/false, /*output_padding=*/{0, 0}, /*groups=*/1,
          /*output_mask=*/{true, false, false}));
    }
    case LayerKind::Relu:
      return at::threshold_backward(gradient, memory.output, 0);
    case LayerKind::Pool:
      if (pooling_ == Pooling::Average) {
        return at::avg_pool2d_backward(gradient, memory.input, {2, 2}, {2, 2}, {0, 0}, /*ceil_mode=*/false,
                                       /*count_include_pad=*/true, /*divisor_override=*/c10::nullopt);
      }
      return at::max_pool2d_with_indices_backward(gradient, memory.input, {2, 2}, {2, 2}, {0, 0}, {1, 1},
                                                  /*ceil_mode=*/false, memory.indices);
  }
  STYLER_ASSERT(!"unknown kind of layer");
  return {};
}

std::vector<at::Tensor> Vgg19::forward(const at::Tensor& picture, std::vector<Memory>* memories) const {
  STYLER_ASSERT(picture.dim() == 4 && picture.size(0) == 1 && picture.size(1) == 3);
  STYLER_ASSERT(picture.size(2) >= min_edge() && picture.size(3) >= min_edge());
  std::vector<at::Tensor> features(layers_.size());
  if (memories) memories->resize(operations_.size());

  at::Tensor activation = input_.of(picture);
  for (size_t i = 0; i < operations_.size(); ++i) {
    const Operation& operation = operations_[i];
    activation = apply(operation, activation, memories ? &(*memories)[i] : nullptr);
    if (operation.tap != kNotTapped) features[static_cast<size_t>(operation.tap)] = activation;
  }
  return features;
}

at::Tensor Vgg19::backward(std::vector<Memory> memories, std::vector<at::Tensor> feature_gradients) const {
  STYLER_ASSERT(memories.size() == operations_.size() && feature_gradients.size() == layers_.size());
  at::Tensor gradient;  // undefined while nothing deeper has contributed
  for (size_t i = operations_.size(); i-- > 0;) {
    const Operation& operation = operations_[i];
    if (operation.tap != kNotTapped) {
      at::Tensor& seed = feature_gradients[static_cast<size_t>(operation.tap)];
      if (seed.defined()) gradient = gradient.defined() ? gradient.add_(seed) : seed;
      seed.reset();
    }
    if (gradient.defined()) gradient = apply_backward(operation, gradient, memories[i]);
    memories[i] = {};  // frees the activation as soon as the way back has passed it
  }
  return gradient;
}

std::vector<at::Tensor> Vgg19::features(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  return forward(picture, nullptr);
}

FeaturePass Vgg19::differentiable_features(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  // Shared, since std::function wants what it holds to be copyable.
  auto memories = std::make_shared<std::vector<Memory>>();
  FeaturePass pass;
  pass.features = forward(picture, memories.get());
  pass.pull_back = [this, memories, sizes = picture.sizes().vec(),
                    options = picture.options()](std::vector<at::Tensor> feature_gradients) {
    const at::NoGradGuard still_no_grad;
    const at::Tensor gradient = backward(std::move(*memories), std::move(feature_gradients));
    return gradient.defined() ? input_.picture_gradient(gradient, options.dtype().toScalarType())
                              : at::zeros(sizes, options);
  };
  return pass;
}

}  // namespace

std::unique_ptr<FeatureExtractor> make_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                             Pooling pooling, const ComputeDevice& device) {
  if (device.device.is_cpu()) {
    const std::vector<const CpuKernels*> kernels = cpu_kernels(device.network_dtype);
    if (!kernels.empty()) return make_fast_vgg19(weights, layers, pooling, device, *kernels.front());
  }
  return make_reference_vgg19(weights, layers, pooling, device);
}

std::unique_ptr<FeatureExtractor> make_reference_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                                       Pooling pooling, const ComputeDevice& device) {
  return std::make_unique<Vgg19>(weights, layers, pooling, device);
}

}  // namespace styler
