#include "core/fast_vgg19.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/avg_pool2d_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/network_input.hpp"
#include "core/winograd.hpp"
#include "styler/error.hpp"
#include "styler/schedule.hpp"

namespace styler {
namespace {

constexpr int kNotTapped = -1;

/// A convolution and its ReLU, and the pooling that follows at the end of a block. Of the deepest stage perhaps only
/// the beginning is run.
struct Stage {
  WinogradConvolution convolution;
  bool has_relu = true;
  bool has_pool = false;
  /// Indices into the features, where these outputs are asked for.
  int conv_tap = kNotTapped;
  int relu_tap = kNotTapped;
  int pool_tap = kNotTapped;
};

class FastVgg19 final : public FeatureExtractor {
 public:
  FastVgg19(const VggWeights& weights, std::vector<Layer> layers, Pooling pooling, const ComputeDevice& device,
            const CpuKernels& kernels);

  const std::vector<Layer>& layers() const override { return layers_; }
  int64_t min_edge() const override { return smallest_edge_for(layers_); }
  std::vector<at::Tensor> features(const at::Tensor& picture) const override;
  FeaturePass differentiable_features(const at::Tensor& picture) const override;

 private:
  int tap_of(const Layer& layer) const;
  /// `relu_outputs`, when given, receives one per stage: all that the way back needs.
  std::vector<at::Tensor> forward(const at::Tensor& picture, std::vector<at::Tensor>* relu_outputs) const;
  at::Tensor backward(std::vector<at::Tensor> relu_outputs, std::vector<at::Tensor> feature_gradients) const;
  at::Tensor pool(const at::Tensor& relu_output) const;
  /// Of a pooling and the ReLU before it; takes the ReLU's output and may overwrite it.
  at::Tensor pool_gradient(const at::Tensor& gradient, const at::Tensor& addend, at::Tensor relu_output) const;

  std::vector<Layer> layers_;
  Pooling pooling_;
  at::ScalarType dtype_;
  const CpuKernels& kernels_;
  NetworkInput input_;
  std::vector<Stage> stages_;

  /// For pictures of one size after the other.
  struct Buffers {
    std::mutex mutex;
    Size size;
    BufferPool pool;
  };
  BufferPool& buffers_for(const at::Tensor& picture) const;
  std::unique_ptr<Buffers> buffers_ = std::make_unique<Buffers>();
};

FastVgg19::FastVgg19(const VggWeights& weights, std::vector<Layer> layers, Pooling pooling, const ComputeDevice& device,
                     const CpuKernels& kernels)
    : layers_(ordered_once(std::move(layers))),
      pooling_(pooling),
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
      Stage stage{WinogradConvolution(kernel, bias, dtype_, kernels)};
      stage.has_relu = is_reached({LayerKind::Relu, block, i});
      stage.has_pool = i == convolutions && is_reached({LayerKind::Pool, block, 0});
      stage.conv_tap = tap_of({LayerKind::Conv, block, i});
      stage.relu_tap = tap_of({LayerKind::Relu, block, i});
      if (stage.has_pool) stage.pool_tap = tap_of({LayerKind::Pool, block, 0});
      stages_.push_back(std::move(stage));
    }
  }
}

int FastVgg19::tap_of(const Layer& layer) const {
  const auto found = std::find(layers_.begin(), layers_.end(), layer);
  return found == layers_.end() ? kNotTapped : static_cast<int>(found - layers_.begin());
}

BufferPool& FastVgg19::buffers_for(const at::Tensor& picture) const {
  const std::scoped_lock lock(buffers_->mutex);
  const Size size = {picture.size(2), picture.size(3)};
  if (buffers_->size != size) buffers_->pool.clear();
  buffers_->size = size;
  return buffers_->pool;
}

at::Tensor FastVgg19::pool(const at::Tensor& relu_output) const {
  if (pooling_ == Pooling::Average) return at::avg_pool2d(relu_output, {2, 2}, {2, 2});
  return max_pool(kernels_, relu_output, buffers_->pool);
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
  return at::threshold_backward(spread, relu_output, 0);
}

std::vector<at::Tensor> FastVgg19::forward(const at::Tensor& picture, std::vector<at::Tensor>* relu_outputs) const {
  STYLER_ASSERT(picture.dim() == 4 && picture.size(0) == 1 && picture.size(1) == 3);
  STYLER_ASSERT(picture.size(2) >= min_edge() && picture.size(3) >= min_edge());
  std::vector<at::Tensor> features(layers_.size());
  const auto keep = [&](int tap, const at::Tensor& output) {
    if (tap != kNotTapped) features[static_cast<size_t>(tap)] = output;
  };
  BufferPool& buffers = buffers_for(picture);
  at::Tensor activation =
      buffers.channels_last(stages_.front().convolution.in_channels(), picture.size(2), picture.size(3), dtype_);
  input_.write(picture, activation);
  for (const Stage& stage : stages_) {
    if (stage.conv_tap == kNotTapped) {
      activation = stage.convolution.forward(activation, /*relu=*/stage.has_relu, buffers);
    } else {
      activation = stage.convolution.forward(activation, /*relu=*/false, buffers);
      keep(stage.conv_tap, activation);
      if (stage.has_relu) activation = at::relu(activation);
    }
    keep(stage.relu_tap, activation);
    if (relu_outputs) relu_outputs->push_back(activation);
    if (stage.has_pool) activation = pool(activation);
    keep(stage.pool_tap, activation);
  }
  return features;
}

at::Tensor FastVgg19::backward(std::vector<at::Tensor> relu_outputs, std::vector<at::Tensor> feature_gradients) const {
  STYLER_ASSERT(relu_outputs.size() == stages_.size() && feature_gradients.size() == layers_.size());
  const auto seed = [&](int tap) {
    if (tap == kNotTapped) return at::Tensor();
    const at::Tensor gradient = std::exchange(feature_gradients[static_cast<size_t>(tap)], {});
    return gradient.defined() ? gradient.contiguous(at::MemoryFormat::ChannelsLast) : gradient;
  };
  const auto add = [](at::Tensor& sum, const at::Tensor& addend) {
    if (addend.defined()) sum = sum.defined() ? sum.add_(addend) : addend;
  };
  // With respect to the output of the convolution at hand, before its ReLU; undefined while nothing deeper contributes.
  at::Tensor gradient;
  for (size_t i = stages_.size(); i-- > 0;) {
    const Stage& stage = stages_[i];
    if (!gradient.defined()) {
      const at::Tensor pool_seed = seed(stage.pool_tap);
      const at::Tensor relu_seed = seed(stage.relu_tap);
      if (pool_seed.defined()) {
        gradient = pool_gradient(pool_seed, relu_seed, relu_outputs[i]);
      } else if (relu_seed.defined()) {
        gradient = at::threshold_backward(relu_seed, relu_outputs[i], 0);
      }
    }
    add(gradient, seed(stage.conv_tap));
    relu_outputs[i].reset();
    if (!gradient.defined()) continue;
    if (i == 0) return stage.convolution.input_gradient(gradient, {}, buffers_->pool);

    // On to the stage above, up to before its ReLU. What the ReLU put out is needed there for the last time, so the
    // gradient takes its place.
    const Stage& above = stages_[i - 1];
    at::Tensor above_output = relu_outputs[i - 1];
    const at::Tensor relu_seed = seed(above.relu_tap);
    if (above.has_pool) {
      gradient = stage.convolution.input_gradient(gradient, seed(above.pool_tap), buffers_->pool);
      gradient = pool_gradient(gradient, relu_seed, std::move(above_output));
    } else {
      stage.convolution.input_gradient_through_relu(gradient, relu_seed, above_output);
      gradient = std::move(above_output);
    }
  }
  return gradient;
}

std::vector<at::Tensor> FastVgg19::features(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  return forward(picture, nullptr);
}

FeaturePass FastVgg19::differentiable_features(const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  // Shared, since std::function wants what it holds to be copyable.
  auto relu_outputs = std::make_shared<std::vector<at::Tensor>>();
  FeaturePass pass;
  pass.features = forward(picture, relu_outputs.get());
  pass.pull_back = [this, relu_outputs, sizes = picture.sizes().vec(),
                    options = picture.options()](std::vector<at::Tensor> feature_gradients) {
    const at::NoGradGuard still_no_grad;
    const at::Tensor gradient = backward(std::move(*relu_outputs), std::move(feature_gradients));
    return gradient.defined() ? input_.picture_gradient(gradient, options.dtype().toScalarType())
                              : at::zeros(sizes, options);
  };
  return pass;
}

}  // namespace

std::unique_ptr<FeatureExtractor> make_fast_vgg19(const VggWeights& weights, const std::vector<Layer>& layers,
                                                  Pooling pooling, const ComputeDevice& device,
                                                  const CpuKernels& kernels) {
  STYLER_ASSERT(device.device.is_cpu());
  return std::make_unique<FastVgg19>(weights, layers, pooling, device, kernels);
}

}  // namespace styler
