#include "styler/core/metrics/networks/folded_convolution.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/relu.h>

#include <algorithm>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// From as many positions on Winograd's way is the faster: below it each tile has to pay for too much of the kernel.
constexpr int64_t kWinogradPositions = 1024;

bool suits_winograd(const NormalisedConvolution& convolution) {
  const auto suits = [](int64_t channels) { return channels % kChannelGranularity == 0 && channels <= kMostChannels; };
  return convolution.size == std::array<int64_t, 2>{3, 3} && convolution.stride == 1 && convolution.groups == 1 &&
         convolution.padding[0] == convolution.padding[1] && convolution.padding[0] <= 1 && suits(convolution.in) &&
         suits(convolution.out);
}

}  // namespace

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
  const std::vector<const CpuKernels*> kernels = cpu_kernels(at::kFloat);
  if (device.is_cpu() && !kernels.empty() && suits_winograd(convolution) && activation != Activation::Relu6) {
    winograd_.emplace(kernel.to(at::kFloat), bias_, at::kFloat, *kernels.front());
  }
}

bool FoldedConvolution::suits_winograd_now(const at::Tensor& input) {
  return input.size(2) * input.size(3) >= kWinogradPositions && input.is_contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor FoldedConvolution::output_of(const WinogradConvolution& winograd, const at::Tensor& input) const {
  const int64_t less = 2 - 2 * padding_[0];
  const at::Tensor output =
      at::empty({input.size(0), winograd.out_channels(), input.size(2) - less, input.size(3) - less}, input.options(),
                at::MemoryFormat::ChannelsLast);
  for (int64_t i = 0; i < input.size(0); ++i) {
    winograd.forward_into(input.narrow(0, i, 1), activation_ == Activation::Relu, output.narrow(0, i, 1));
  }
  return output;
}

at::Tensor FoldedConvolution::operator()(const at::Tensor& input) const {
  if (winograd_ && suits_winograd_now(input)) return output_of(*winograd_, input);
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
