#include "styler/core/metrics/networks/efficientnet_lite0.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/constant_pad_nd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr double kLite0Epsilon = 1e-3;  // of the batch normalisations

using Activation = FoldedConvolution::Activation;

/// A few blocks of one kind; the first of them alone has the stride.
struct BlockGroup {
  int count;
  int64_t size, stride, widening, in, out;
};
constexpr std::array<BlockGroup, 7> kGroups{{{1, 3, 1, 1, 32, 16},
                                             {2, 3, 2, 6, 16, 24},
                                             {2, 5, 2, 6, 24, 40},
                                             {3, 3, 2, 6, 40, 80},
                                             {3, 5, 1, 6, 80, 112},
                                             {4, 5, 2, 6, 112, 192},
                                             {1, 3, 1, 6, 192, 320}}};

NormalisedConvolution named_convolution(const std::string& kernel, const std::string& norm, int64_t in, int64_t out) {
  return {kernel + ".weight", norm, in, out};
}

struct BlockPlan {
  std::optional<NormalisedConvolution> wide;
  NormalisedConvolution of_each_channel, narrow;
  int64_t size, stride;
};

NormalisedConvolution first_plan() {
  NormalisedConvolution first = named_convolution("_conv_stem", "_bn0", 3, 32);
  first.size = {3, 3};
  first.stride = 2;
  return first;
}

NormalisedConvolution last_plan() {
  return named_convolution("_conv_head", "_bn1", 320, EfficientNetLite0::kDimensions);
}

std::vector<BlockPlan> block_plans() {
  std::vector<BlockPlan> plans;
  for (const BlockGroup& group : kGroups) {
    for (int i = 0; i < group.count; ++i) {
      const std::string name = "_blocks." + std::to_string(plans.size()) + ".";
      const int64_t in = i == 0 ? group.in : group.out;
      const int64_t inner = in * group.widening;
      BlockPlan plan;
      plan.size = group.size;
      plan.stride = i == 0 ? group.stride : 1;
      if (group.widening > 1) plan.wide = named_convolution(name + "_expand_conv", name + "_bn0", in, inner);
      plan.of_each_channel = named_convolution(name + "_depthwise_conv", name + "_bn1", inner, inner);
      plan.of_each_channel.size = {group.size, group.size};
      plan.of_each_channel.stride = plan.stride;
      plan.of_each_channel.groups = inner;
      plan.narrow = named_convolution(name + "_project_conv", name + "_bn2", inner, group.out);
      plans.push_back(std::move(plan));
    }
  }
  return plans;
}

/// With zeros around it as TensorFlow's `SAME` has them: as few as give ceil(edge / stride) positions, and the odd one
/// at the right and below.
at::Tensor surrounded(const at::Tensor& x, int64_t size, int64_t stride) {
  const auto missing = [&](int64_t edge) {
    return std::max<int64_t>(((edge + stride - 1) / stride - 1) * stride + size - edge, 0);
  };
  const int64_t high = missing(x.size(2));
  const int64_t wide = missing(x.size(3));
  return at::constant_pad_nd(x, {wide / 2, wide - wide / 2, high / 2, high - high / 2}, 0);
}

}  // namespace

const NetworkForm& EfficientNetLite0::form() {
  static const NetworkForm form = [] {
    NetworkForm lite0{
        "efficientnet-lite0", "EfficientNet-lite0", "styler weights import efficientnet-lite0-57934424.pth", {}};
    const auto add = [&](const NormalisedConvolution& convolution) {
      for (TensorEntry& tensor : tensors_of(convolution)) lite0.tensors.push_back(std::move(tensor));
    };
    add(first_plan());
    for (const BlockPlan& plan : block_plans()) {
      if (plan.wide) add(*plan.wide);
      add(plan.of_each_channel);
      add(plan.narrow);
    }
    add(last_plan());
    lite0.tensors.push_back({"_fc.weight", at::kFloat, {kClasses, kDimensions}});
    lite0.tensors.push_back({"_fc.bias", at::kFloat, {kClasses}});
    return lite0;
  }();
  return form;
}

EfficientNetLite0::EfficientNetLite0(const NetworkWeights& weights, const at::Device& device)
    : first_(first_plan(), weights, kLite0Epsilon, Activation::Relu6, device),
      last_(last_plan(), weights, kLite0Epsilon, Activation::Relu6, device),
      classes_(tensor_named(weights, "_fc.weight").to(device)),
      bias_(tensor_named(weights, "_fc.bias").to(device)) {
  for (const BlockPlan& plan : block_plans()) {
    std::optional<FoldedConvolution> wide;
    if (plan.wide) wide.emplace(*plan.wide, weights, kLite0Epsilon, Activation::Relu6, device);
    const int64_t in = plan.wide ? plan.wide->in : plan.of_each_channel.in;
    blocks_.push_back({std::move(wide),
                       {plan.of_each_channel, weights, kLite0Epsilon, Activation::Relu6, device},
                       {plan.narrow, weights, kLite0Epsilon, Activation::None, device},
                       plan.size,
                       plan.stride,
                       plan.stride == 1 && in == plan.narrow.out});
  }
}

at::Tensor EfficientNetLite0::features(const at::Tensor& input) const {
  STYLER_ASSERT(input.dim() == 4 && input.size(1) == 3);
  const at::NoGradGuard no_grad;
  at::Tensor x = first_(surrounded(input.contiguous(at::MemoryFormat::ChannelsLast), 3, 2));
  for (const Block& block : blocks_) {
    const at::Tensor wide = block.wide ? (*block.wide)(x) : x;
    const at::Tensor narrow = block.narrow(block.of_each_channel(surrounded(wide, block.size, block.stride)));
    x = block.adds_input ? narrow + x : narrow;
  }
  return last_(x).mean(at::IntArrayRef({2, 3}));
}

at::Tensor EfficientNetLite0::logits(const at::Tensor& features) const {
  return at::addmm(bias_, features, classes_.t());
}

}  // namespace styler
