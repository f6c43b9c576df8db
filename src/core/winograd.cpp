#include "core/winograd.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/pad.h>

#include <algorithm>

#include "core/huge_pages.hpp"
#include "core/parallel.hpp"
#include "styler/error.hpp"

namespace styler {
namespace {

int64_t rounded_up(int64_t channels) {
  return (channels + kChannelGranularity - 1) / kChannelGranularity * kChannelGranularity;
}

bool is_channels_last(const at::Tensor& tensor) {
  return tensor.dim() == 4 && tensor.size(0) == 1 && tensor.is_contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor channels_last(int64_t channels, int64_t height, int64_t width, const at::TensorOptions& options) {
  return at::empty({1, channels, height, width}, options, at::MemoryFormat::ChannelsLast);
}

/// Null for an undefined tensor.
const void* data_like(const at::Tensor& tensor, const at::Tensor& like) {
  if (!tensor.defined()) return nullptr;
  STYLER_ASSERT(tensor.sizes() == like.sizes() && is_channels_last(tensor));
  STYLER_ASSERT(tensor.scalar_type() == like.scalar_type());
  return tensor.data_ptr();
}

/// Tiles per block: the transformed block should stay in a core's second-level cache, yet a block reads the whole
/// kernel once, so that many channels want many tiles.
int64_t tiles_per_block(const ConvolutionPass& pass) {
  const int64_t channels = std::max(pass.in_channels, pass.out_channels);
  const int64_t wanted = channels >= 256 ? 96 : 24;
  const int64_t threads = at::get_num_threads();
  const int64_t blocks = std::max<int64_t>(1, (pass.tiles() + wanted - 1) / wanted);
  const int64_t even_blocks = std::min(pass.tiles(), (blocks + threads - 1) / threads * threads);
  return (pass.tiles() + even_blocks - 1) / even_blocks;
}

}  // namespace

WinogradConvolution::WinogradConvolution(const at::Tensor& kernel, const at::Tensor& bias, c10::ScalarType dtype,
                                         const CpuKernels& kernels)
    : kernels_(kernels),
      dtype_(dtype),
      in_channels_(rounded_up(kernel.size(1))),
      out_channels_(rounded_up(kernel.size(0))) {
  STYLER_ASSERT(kernel.scalar_type() == at::kFloat && kernel.size(2) == 3 && kernel.size(3) == 3);
  STYLER_ASSERT(std::max(in_channels_, out_channels_) <= kMostChannels);
  const at::Tensor padded =
      at::constant_pad_nd(kernel, {0, 0, 0, 0, 0, in_channels_ - kernel.size(1), 0, out_channels_ - kernel.size(0)});
  bias_ = at::constant_pad_nd(bias.to(at::kFloat), {0, out_channels_ - kernel.size(0)}).contiguous();
  forward_kernel_ = packed(padded.permute({2, 3, 1, 0}).reshape({9, in_channels_, out_channels_}));
  // The way back is a convolution with the kernel turned by half a circle.
  backward_kernel_ = packed(padded.flip({2, 3}).permute({2, 3, 0, 1}).reshape({9, out_channels_, in_channels_}));
}

at::Tensor WinogradConvolution::packed(const at::Tensor& taps) const {
  const at::Tensor source = taps.contiguous();
  const int64_t from = source.size(1), to = source.size(2);
  const at::Tensor result = empty_on_huge_pages({kWinogradPoints * from * to}, dtype_);
  for_each_in_turn((to + kPanel - 1) / kPanel, [&](int64_t panel) {
    kernels_.pack_kernel(source.data_ptr<float>(), from, to, panel * kPanel, std::min(to, (panel + 1) * kPanel),
                         result.data_ptr());
  });
  return result;
}

at::Tensor WinogradConvolution::forward(const at::Tensor& input, bool relu) const {
  ConvolutionPass pass;
  pass.kernel = forward_kernel_.data_ptr();
  pass.bias = bias_.data_ptr<float>();
  pass.relu = relu;
  pass.in_channels = in_channels_;
  pass.out_channels = out_channels_;
  return run(pass, input);
}

at::Tensor WinogradConvolution::input_gradient(const at::Tensor& gradient, const at::Tensor& addend,
                                               const at::Tensor& mask) const {
  ConvolutionPass pass;
  pass.kernel = backward_kernel_.data_ptr();
  pass.in_channels = out_channels_;
  pass.out_channels = in_channels_;
  const at::Tensor like = mask.defined() ? mask : addend;
  pass.addend = data_like(addend, like);
  pass.mask = data_like(mask, like);
  return run(pass, gradient);
}

at::Tensor WinogradConvolution::run(ConvolutionPass pass, const at::Tensor& input) const {
  STYLER_ASSERT(is_channels_last(input) && input.scalar_type() == dtype_ && input.size(1) == pass.in_channels);
  pass.height = input.size(2);
  pass.width = input.size(3);
  const at::Tensor output = channels_last(pass.out_channels, pass.height, pass.width, input.options());
  pass.input = input.data_ptr();
  pass.output = output.data_ptr();

  const int64_t block = tiles_per_block(pass);
  const size_t scratch = kernels_.scratch_bytes(pass, block);
  for_each_in_turn((pass.tiles() + block - 1) / block, [&](int64_t i) {
    kernels_.convolve(pass, i * block, std::min(pass.tiles(), (i + 1) * block), thread_scratch(scratch));
  });
  return output;
}

at::Tensor max_pool(const CpuKernels& kernels, const at::Tensor& input) {
  STYLER_ASSERT(is_channels_last(input));
  PoolingPass pass;
  pass.channels = input.size(1);
  pass.height = input.size(2);
  pass.width = input.size(3);
  const at::Tensor output = channels_last(pass.channels, pass.height / 2, pass.width / 2, input.options());
  pass.input = input.data_ptr();
  pass.output = output.data_ptr();
  at::parallel_for(0, pass.height / 2, /*grain_size=*/1,
                   [&](int64_t first, int64_t last) { kernels.max_pool(pass, first, last); });
  return output;
}

at::Tensor max_pool_relu_gradient(const CpuKernels& kernels, const at::Tensor& gradient, const at::Tensor& input,
                                  const at::Tensor& addend) {
  STYLER_ASSERT(is_channels_last(input) && is_channels_last(gradient));
  PoolingPass pass;
  pass.channels = input.size(1);
  pass.height = input.size(2);
  pass.width = input.size(3);
  STYLER_ASSERT(gradient.size(2) == pass.height / 2 && gradient.size(3) == pass.width / 2);
  const at::Tensor result = channels_last(pass.channels, pass.height, pass.width, input.options());
  pass.input = input.data_ptr();
  pass.gradient = gradient.data_ptr();
  pass.addend = data_like(addend, input);
  pass.input_gradient = result.data_ptr();
  at::parallel_for(0, pass.height / 2, /*grain_size=*/1,
                   [&](int64_t first, int64_t last) { kernels.max_pool_backward(pass, first, last); });
  return result;
}

}  // namespace styler
