#include "styler/core/network/fast_vgg19.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/avg_pool2d_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/kernels/edges.hpp"
#include "styler/core/kernels/samples.hpp"
#include "styler/core/kernels/winograd.hpp"
#include "styler/core/network/batch.hpp"
#include "styler/core/network/network_input.hpp"

namespace styler {
namespace {

/// A convolution and its ReLU, and the pooling that follows at the end of a block. Of the deepest stage perhaps only
/// the beginning is run.
struct Stage {
  explicit Stage(WinogradConvolution c) : convolution(std::move(c)) {}

  WinogradConvolution convolution;
  int block = 1;
  bool has_relu = true;
  bool has_pool = false;
  /// Indices into the features, where these outputs are asked for.
  std::optional<size_t> conv_tap, relu_tap, pool_tap;
};

class FastVgg19 final : public FeatureExtractor {
 public:
  FastVgg19(const VggWeights& weights, std::vector<Layer> layers, Pooling pooling, const ComputeDevice& device,
            const CpuKernels& kernels, Padding padding);

  const std::vector<Layer>& layers() const override { return layers_; }
  int64_t min_edge() const override { return smallest_edge_for(layers_); }
  Padding padding() const override { return padding_; }
  FeaturePass run(const at::Tensor& input, BlockRange blocks, WayBack way_back) const override;
  void release_memory() const override;

 private:
  std::span<const Stage> stages_of(BlockRange blocks) const;
  /// Features and output; `relu_outputs`, when given, receives one per stage: all that the way back needs.
  FeaturePass forward(const at::Tensor& input, BlockRange blocks, std::vector<at::Tensor>* relu_outputs) const;
  at::Tensor backward(BlockRange blocks, std::vector<at::Tensor>& relu_outputs,
                      const FeatureGradients& feature_gradients, at::Tensor output_gradient) const;
  at::Tensor network_input(const at::Tensor& picture, BufferPool& buffers) const;
  at::Tensor pool(const at::Tensor& relu_output, BufferPool& buffers) const;
  /// Of a pooling and the ReLU before it; takes the ReLU's output and may overwrite it.
  at::Tensor pool_gradient(const at::Tensor& gradient, const at::Tensor& addend, at::Tensor relu_output) const;

  std::vector<Layer> layers_;
  Pooling pooling_;
  Padding padding_;
  at::ScalarType dtype_;
  const CpuKernels& kernels_;
  NetworkInput input_;
  std::vector<Stage> stages_;

  /// For inputs of about one size after the other: those of stretches that begin at one block.
  struct Buffers {
    std::mutex mutex;
    int64_t positions = 0;
    BufferPool pool;
  };
  BufferPool& buffers_for(const at::Tensor& input, BlockRange blocks) const;
  std::unique_ptr<std::array<Buffers, kVggBlocks>> buffers_ = std::make_unique<std::array<Buffers, kVggBlocks>>();
};

FastVgg19::FastVgg19(const VggWeights& weights, std::vector<Layer> layers, Pooling pooling, const ComputeDevice& device,
                     const CpuKernels& kernels, Padding padding)
    : layers_(ordered_once(std::move(layers))),
      pooling_(pooling),
      padding_(padding),
      dtype_(device.network_dtype),
      kernels_(kernels),
      input_(weights.convention, device) {
  STYLER_ASSERT(weights.convolutions.size() == kVggConvolutions && !layers_.empty());
  const Layer& deepest = layers_.back();
  const auto is_reached = [&](const Layer& layer) { return layer.depth() <= deepest.depth(); };
  size_t index = 0;
  for (int block = 1; block <= deepest.block; ++block) {
    const int convolutions = Layer::convolutions_in_block(block);
    for (int i = 1; i <= convolutions && is_reached({LayerKind::Conv, block, i}); ++i) {
      const auto& [kernel, bias] = weights.convolutions[index++];
      Stage stage(WinogradConvolution(kernel, bias, dtype_, kernels, padding_in_block(padding, block)));
      stage.block = block;
      stage.has_relu = is_reached({LayerKind::Relu, block, i});
      stage.has_pool = i == convolutions && is_reached({LayerKind::Pool, block, 0});
      stage.conv_tap = index_of(layers_, {LayerKind::Conv, block, i});
      stage.relu_tap = index_of(layers_, {LayerKind::Relu, block, i});
      if (stage.has_pool) stage.pool_tap = index_of(layers_, {LayerKind::Pool, block, 0});
      stages_.push_back(std::move(stage));
    }
  }
}

std::span<const Stage> FastVgg19::stages_of(BlockRange blocks) const {
  const auto begin =
      std::find_if(stages_.begin(), stages_.end(), [&](const Stage& stage) { return stage.block >= blocks.first; });
  const auto end = std::find_if(begin, stages_.end(), [&](const Stage& stage) { return stage.block > blocks.last; });
  return {begin, end};
}

BufferPool& FastVgg19::buffers_for(const at::Tensor& input, BlockRange blocks) const {
  Buffers& buffers = (*buffers_)[static_cast<size_t>(blocks.first - 1)];
  const std::scoped_lock lock(buffers.mutex);
  const int64_t positions = input.size(2) * input.size(3);
  // A tile at the border may take the memory of a larger one.
  if (positions > buffers.positions || 2 * positions < buffers.positions) {
    buffers.pool.clear();
    buffers.positions = positions;
  }
  return buffers.pool;
}

at::Tensor FastVgg19::pool(const at::Tensor& relu_output, BufferPool& buffers) const {
  if (pooling_ == Pooling::Average) return at::avg_pool2d(relu_output, {2, 2}, {2, 2});
  return max_pool(kernels_, relu_output, buffers);
}

at::Tensor FastVgg19::pool_gradient(const at::Tensor& gradient, const at::Tensor& addend,
                                    at::Tensor relu_output) const {
  if (pooling_ == Pooling::Max) {
    max_pool_gradient_through_relu(kernels_, gradient, addend, relu_output);
    return relu_output;
  }
  at::Tensor spread = at::avg_pool2d_backward(gradient, relu_output, {2, 2}, {2, 2}, {0, 0}, /*ceil_mode=*/false,
                                              /*count_include_pad=*/true, /*divisor_override=*/c10::nullopt);
  if (addend.defined()) spread.add_(addend);
  return at::threshold_backward_out(relu_output, spread, relu_output, 0);
}

at::Tensor FastVgg19::network_input(const at::Tensor& picture, BufferPool& buffers) const {
  STYLER_ASSERT(picture.size(1) == 3 && picture.size(2) >= min_edge() && picture.size(3) >= min_edge());
  const int64_t channels = stages_.front().convolution.in_channels();
  at::Tensor input = buffers.channels_last(channels, picture.size(2), picture.size(3), dtype_);
  input_.write(picture, input);
  return input;
}

FeaturePass FastVgg19::forward(const at::Tensor& input, BlockRange blocks,
                               std::vector<at::Tensor>* relu_outputs) const {
  check_is_one_picture(input);
  FeaturePass pass;
  pass.features.resize(layers_.size());
  const auto keep = [&](std::optional<size_t> tap, const at::Tensor& output) {
    if (tap) pass.features[*tap] = output;
  };
  BufferPool& buffers = buffers_for(input, blocks);
  at::Tensor activation = blocks.first == 1 ? network_input(input, buffers) : input;
  const std::span<const Stage> stages = stages_of(blocks);
  for (const Stage& stage : stages) {
    if (!stage.conv_tap) {
      activation = stage.convolution.forward(activation, /*relu=*/stage.has_relu, buffers);
    } else {
      activation = stage.convolution.forward(activation, /*relu=*/false, buffers);
      keep(stage.conv_tap, activation);
      if (stage.has_relu) activation = at::relu(activation);
    }
    keep(stage.relu_tap, activation);
    if (relu_outputs) relu_outputs->push_back(activation);
    if (stage.has_pool) activation = pool(activation, buffers);
    keep(stage.pool_tap, activation);
  }
  if (&stages.back() != &stages_.back()) pass.output = std::move(activation);
  return pass;
}

at::Tensor FastVgg19::backward(BlockRange blocks, std::vector<at::Tensor>& relu_outputs,
                               const FeatureGradients& feature_gradients, at::Tensor output_gradient) const {
  const std::span<const Stage> stages = stages_of(blocks);
  STYLER_ASSERT(relu_outputs.size() == stages.size());
  BufferPool& buffers = (*buffers_)[static_cast<size_t>(blocks.first - 1)].pool;
  const auto seed = [&](std::optional<size_t> tap) {
    const at::Tensor gradient = tap ? feature_gradients(*tap) : at::Tensor();
    return gradient.defined() ? gradient.contiguous(at::MemoryFormat::ChannelsLast) : gradient;
  };
  // With respect to the output of the convolution at hand, before its ReLU; undefined while nothing deeper contributes.
  at::Tensor gradient;
  for (size_t i = stages.size(); i-- > 0;) {
    const Stage& stage = stages[i];
    if (!gradient.defined()) {
      at::Tensor pool_seed = std::exchange(output_gradient, {});
      add_to(pool_seed, seed(stage.pool_tap));
      const at::Tensor relu_seed = seed(stage.relu_tap);
      if (pool_seed.defined()) {
        gradient = pool_gradient(pool_seed, relu_seed, relu_outputs[i]);
      } else if (relu_seed.defined()) {
        gradient = at::threshold_backward(relu_seed, relu_outputs[i], 0);
      }
    }
    add_to(gradient, seed(stage.conv_tap));
    relu_outputs[i].reset();
    if (!gradient.defined()) continue;
    if (i == 0) return stage.convolution.input_gradient(gradient, {}, buffers);

    // On to the stage above, up to before its ReLU. What the ReLU put out is needed there for the last time, so the
    // gradient takes its place.
    const Stage& above = stages[i - 1];
    at::Tensor above_output = relu_outputs[i - 1];
    if (above.has_pool) {
      gradient = stage.convolution.input_gradient(gradient, seed(above.pool_tap), buffers);
      gradient = pool_gradient(gradient, seed(above.relu_tap), std::move(above_output));
    } else {
      stage.convolution.input_gradient_through_relu(gradient, seed(above.relu_tap), above_output);
      gradient = std::move(above_output);
    }
  }
  return gradient;
}

void FastVgg19::release_memory() const {
  for (Buffers& buffers : *buffers_) buffers.pool.clear();
}

FeaturePass FastVgg19::run(const at::Tensor& input, BlockRange blocks, WayBack way_back) const {
  const at::NoGradGuard no_grad;
  // The kernels share out one picture's work.
  if (input.size(0) > 1) {
    return pass_of_each(input, [&](const at::Tensor& sample) { return run(sample, blocks, way_back); });
  }
  if (way_back == WayBack::None) return forward(input, blocks, nullptr);
  // Shared, since std::function wants what it holds to be copyable.
  auto relu_outputs = std::make_shared<std::vector<at::Tensor>>();
  FeaturePass pass = forward(input, blocks, relu_outputs.get());
  pass.pull_back = input_.way_back(
      input, blocks,
      [this, blocks, relu_outputs](const FeatureGradients& feature_gradients, at::Tensor output_gradient) {
        return backward(blocks, *relu_outputs, feature_gradients, std::move(output_gradient));
      });
  return pass;
}

}  // namespace

const CpuKernels* fast_vgg19_kernels(const ComputeDevice& device) {
  if (!device.device.is_cpu()) return nullptr;
  const std::vector<const CpuKernels*> kernels = cpu_kernels(device.network_dtype);
  return kernels.empty() ? nullptr : kernels.front();
}

std::unique_ptr<FeatureExtractor> make_fast_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                                  Pooling pooling, const ComputeDevice& device,
                                                  const CpuKernels& kernels, Padding padding) {
  STYLER_ASSERT(device.device.is_cpu());
  return std::make_unique<FastVgg19>(weights, layers, pooling, device, kernels, padding);
}

}  // namespace styler
