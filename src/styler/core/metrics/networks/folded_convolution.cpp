#include "styler/core/metrics/networks/folded_convolution.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/relu.h>

#include <algorithm>

#include "styler/base/error.hpp"

namespace styler {

const at::Tensor& tensor_named(const NetworkWeights& weights, const std::string& name) {
  const auto found = std::ranges::find(weights.tensors, name, &NamedTensors::value_type::first);
  STYLER_ASSERT(found != weights.tensors.end());
  return found->second;
}

std::vector<TensorEntry> tensors_of(const NormalisedConvolution& convolution) {
  std::vector<TensorEntry> tensors{
      {convolution.kernel,
       at::kFloat,
       {convolution.out, convolution.in / convolution.groups, convolution.size[0], convolution.size[1]}}};
  for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) {
    tensors.push_back({convolution.norm + part, at::kFloat, {convolution.out}});
  }
  return tensors;
}

FoldedConvolution::FoldedConvolution(const NormalisedConvolution& convolution, const NetworkWeights& weights,
                                     double epsilon, Activation activation, const at::Device& device)
    : stride_(convolution.stride), padding_(convolution.padding), groups_(convolution.groups), activation_(activation) {
  const auto exact = [&](const std::string& name) { return tensor_named(weights, name).to(at::kDouble); };
  const at::Tensor factor =
      exact(convolution.norm + ".weight") / (exact(convolution.norm + ".running_var") + epsilon).sqrt();
  const at::Tensor kernel = exact(convolution.kernel) * factor.view({-1, 1, 1, 1});
  const at::Tensor bias = exact(convolution.norm + ".bias") - exact(convolution.norm + ".running_mean") * factor;
  // Channels last is how the processor's fast convolutions want them; else each would turn its kernel anew.
  kernel_ = kernel.to(at::kFloat).to(device).contiguous(at::MemoryFormat::ChannelsLast);
  bias_ = bias.to(at::kFloat).to(device);
}

at::Tensor FoldedConvolution::operator()(const at::Tensor& input) const {
  at::Tensor output = at::conv2d(input, kernel_, bias_, at::IntArrayRef({stride_, stride_}), at::IntArrayRef(padding_),
                                 at::IntArrayRef({1, 1}), groups_);
  switch (activation_) {
    case Activation::None:
      break;
    case Activation::Relu:
      at::relu_(output);
      break;
    case Activation::Relu6:
      at::clamp_(output, 0, 6);
      break;
  }
  return output;
}

}  // namespace styler
