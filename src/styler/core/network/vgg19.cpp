#include "styler/core/network/vgg19.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/avg_pool2d_backward.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/max_pool2d_with_indices_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/kernels/edges.hpp"
#include "styler/core/network/fast_vgg19.hpp"
#include "styler/core/network/network_input.hpp"
#include "styler/core/network/padded.hpp"

namespace styler {
namespace {

/// One operation of the network, in the order of evaluation.
struct Operation {
  Layer layer;
  int convolution = 0;        ///< Index into the weights, for LayerKind::Conv.
  std::optional<size_t> tap;  ///< Index into the features, where this layer's output is asked for.
  bool overwrites = false;    ///< A ReLU whose input nobody asked for works in place.
};

/// What an operation must remember for the way back.
struct Memory {
  at::Tensor input;
  at::Tensor output;   ///< Of a ReLU: where it is positive the gradient passes.
  at::Tensor indices;  ///< Of a maximum pooling.
};

std::vector<Operation> operations_for(const std::vector<Layer>& taps) {
  const auto tap_of = [&](const Layer& layer) { return index_of(taps, layer); };
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
      operations.push_back({relu, 0, tap_of(relu), /*overwrites=*/!tap_of(conv)});
      if (relu == deepest) return operations;
    }
    const Layer pool{LayerKind::Pool, block, 0};
    operations.push_back({pool, 0, tap_of(pool)});
  }
  return operations;
}

at::Tensor convolution_input_gradient(const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& kernel,
                                      int64_t padding) {
  return std::get<0>(at::convolution_backward(
      gradient, input, kernel, /*bias_sizes=*/c10::nullopt, /*stride=*/{1, 1}, /*padding=*/{padding, padding},
      /*dilation=*/{1, 1}, /*transposed=*/false, /*output_padding=*/{0, 0}, /*groups=*/1,
      /*output_mask=*/{true, false, false}));
}

class Vgg19 final : public FeatureExtractor {
 public:
  Vgg19(const VggWeights& weights, std::vector<Layer> layers, Pooling pooling, const ComputeDevice& device,
        Padding padding);

  const std::vector<Layer>& layers() const override { return layers_; }
  int64_t min_edge() const override { return smallest_edge_for(layers_); }
  Padding padding() const override { return padding_; }
  FeaturePass run(const at::Tensor& input, BlockRange blocks, WayBack way_back) const override;

 private:
  struct Convolution {
    at::Tensor kernel, bias;
  };

  std::span<const Operation> operations_of(BlockRange blocks) const;
  /// Features and output; `memories`, when given, receives one entry per operation.
  FeaturePass forward(const at::Tensor& input, BlockRange blocks, std::vector<Memory>* memories) const;
  at::Tensor apply(const Operation& operation, const at::Tensor& input, Memory* memory) const;
  at::Tensor apply_backward(const Operation& operation, const at::Tensor& gradient, const Memory& memory) const;
  at::Tensor backward(BlockRange blocks, std::vector<Memory>& memories, const FeatureGradients& feature_gradients,
                      at::Tensor gradient) const;

  std::vector<Layer> layers_;
  std::vector<Operation> operations_;
  std::vector<Convolution> convolutions_;
  Pooling pooling_;
  Padding padding_;
  NetworkInput input_;
};

Vgg19::Vgg19(const VggWeights& weights, std::vector<Layer> layers, Pooling pooling, const ComputeDevice& device,
             Padding padding)
    : layers_(ordered_once(std::move(layers))),
      operations_(operations_for(layers_)),
      pooling_(pooling),
      padding_(padding),
      input_(weights.convention, device) {
  STYLER_ASSERT(weights.convolutions.size() == kVggConvolutions);
  for (const Operation& operation : operations_) {
    if (operation.layer.kind != LayerKind::Conv) continue;
    const auto& [kernel, bias] = weights.convolutions[static_cast<size_t>(operation.convolution)];
    const auto options = kernel.options().dtype(device.network_dtype).device(device.device);
    // Copied even when nothing changes: the weights may be a mapped file, which somebody could shorten.
    convolutions_.push_back({kernel.to(options).contiguous(at::MemoryFormat::ChannelsLast),
                             bias.to(options, /*non_blocking=*/false, /*copy=*/true)});
  }
}

at::Tensor Vgg19::apply(const Operation& operation, const at::Tensor& input, Memory* memory) const {
  if (memory) memory->input = input;
  switch (operation.layer.kind) {
    case LayerKind::Conv: {
      const auto& [kernel, bias] = convolutions_[static_cast<size_t>(operation.convolution)];
      const Padding padding = padding_in_block(padding_, operation.layer.block);
      if (padding == Padding::Zero) return at::conv2d(input, kernel, bias, /*stride=*/1, /*padding=*/1);
      return at::conv2d(padded(input, padding), kernel, bias);
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
      const Padding padding = padding_in_block(padding_, operation.layer.block);
      if (padding == Padding::Zero) return convolution_input_gradient(gradient, memory.input, kernel, /*padding=*/1);
      // Of the input only the shape is used.
      const at::Tensor shape =
          at::empty({memory.input.size(0), memory.input.size(1), memory.input.size(2) + 2, memory.input.size(3) + 2},
                    memory.input.options(), at::MemoryFormat::ChannelsLast);
      return folded(convolution_input_gradient(gradient, shape, kernel, /*padding=*/0), padding);
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

std::span<const Operation> Vgg19::operations_of(BlockRange blocks) const {
  const auto begin = std::find_if(operations_.begin(), operations_.end(),
                                  [&](const Operation& operation) { return operation.layer.block >= blocks.first; });
  const auto end = std::find_if(begin, operations_.end(),
                                [&](const Operation& operation) { return operation.layer.block > blocks.last; });
  return {begin, end};
}

FeaturePass Vgg19::forward(const at::Tensor& input, BlockRange blocks, std::vector<Memory>* memories) const {
  STYLER_ASSERT(input.dim() == 4);
  const bool is_picture = blocks.first == 1;
  STYLER_ASSERT(!is_picture || (input.size(1) == 3 && input.size(2) >= min_edge() && input.size(3) >= min_edge()));
  FeaturePass pass;
  pass.features.resize(layers_.size());
  at::Tensor activation = is_picture ? input_.of(input) : input;
  const std::span<const Operation> operations = operations_of(blocks);
  for (const Operation& operation : operations) {
    Memory* const memory = memories ? &memories->emplace_back() : nullptr;
    activation = apply(operation, activation, memory);
    if (operation.tap) pass.features[*operation.tap] = activation;
  }
  if (&operations.back() != &operations_.back()) pass.output = std::move(activation);
  return pass;
}

at::Tensor Vgg19::backward(BlockRange blocks, std::vector<Memory>& memories, const FeatureGradients& feature_gradients,
                           at::Tensor gradient) const {
  const std::span<const Operation> operations = operations_of(blocks);
  STYLER_ASSERT(memories.size() == operations.size());
  // Undefined while nothing deeper has contributed.
  for (size_t i = operations.size(); i-- > 0;) {
    const Operation& operation = operations[i];
    if (operation.tap) add_to(gradient, feature_gradients(*operation.tap));
    if (gradient.defined()) gradient = apply_backward(operation, gradient, memories[i]);
    memories[i] = {};  // frees the activation as soon as the way back has passed it
  }
  return gradient;
}

FeaturePass Vgg19::run(const at::Tensor& input, BlockRange blocks, WayBack way_back) const {
  const at::NoGradGuard no_grad;
  if (way_back == WayBack::None) return forward(input, blocks, nullptr);
  // Shared, since std::function wants what it holds to be copyable.
  auto memories = std::make_shared<std::vector<Memory>>();
  FeaturePass pass = forward(input, blocks, memories.get());
  pass.pull_back = input_.way_back(
      input, blocks, [this, blocks, memories](const FeatureGradients& feature_gradients, at::Tensor output_gradient) {
        return backward(blocks, *memories, feature_gradients, std::move(output_gradient));
      });
  return pass;
}

}  // namespace

std::unique_ptr<FeatureExtractor> make_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                             Pooling pooling, const ComputeDevice& device, Padding padding) {
  if (const CpuKernels* kernels = fast_vgg19_kernels(device)) {
    return make_fast_vgg19(weights, layers, pooling, device, *kernels, padding);
  }
  return make_reference_vgg19(weights, layers, pooling, device, padding);
}

std::string_view vgg19_kernels(const ComputeDevice& device) {
  const CpuKernels* kernels = fast_vgg19_kernels(device);
  return kernels != nullptr ? kernels->instruction_set : "libtorch";
}

std::unique_ptr<FeatureExtractor> make_reference_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                                       Pooling pooling, const ComputeDevice& device, Padding padding) {
  return std::make_unique<Vgg19>(weights, layers, pooling, device, padding);
}

}  // namespace styler
