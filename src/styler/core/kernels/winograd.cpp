#include "styler/core/kernels/winograd.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/pad.h>

#include <algorithm>

#include "styler/base/error.hpp"
#include "styler/core/kernels/edges.hpp"
#include "styler/core/kernels/parallel.hpp"

namespace styler {
namespace {

bool is_channels_last(const at::Tensor& tensor) {
  return tensor.dim() == 4 && tensor.size(0) == 1 && tensor.is_contiguous(at::MemoryFormat::ChannelsLast);
}

int64_t tile_count(const ConvolutionPass& pass) {
  const auto tiles_along = [](int64_t edge) { return (edge + kWinogradOutput - 1) / kWinogradOutput; };
  return tiles_along(pass.height) * tiles_along(pass.width);
}

/// Tiles per block: the transformed block should stay in a core's second-level cache, yet every block reads the whole
/// kernel, so that many channels want many tiles. Any of half to twice these is within 5 %.
int64_t tiles_per_block(const ConvolutionPass& pass) {
  const int64_t wanted = std::max(pass.in_channels, pass.out_channels) >= 128 ? 48 : 24;
  const int64_t threads = at::get_num_threads();
  const int64_t blocks = std::max<int64_t>(1, (tile_count(pass) + wanted - 1) / wanted);
  const int64_t even_blocks = std::min(tile_count(pass), (blocks + threads - 1) / threads * threads);
  return (tile_count(pass) + even_blocks - 1) / even_blocks;
}

}  // namespace

WinogradConvolution::WinogradConvolution(const at::Tensor& kernel, const at::Tensor& bias, c10::ScalarType dtype,
                                         const CpuKernels& kernels, Padding padding)
    : kernels_(kernels),
      dtype_(dtype),
      padding_(padding),
      in_channels_(rounded_channels(kernel.size(1))),
      out_channels_(rounded_channels(kernel.size(0))) {
  STYLER_ASSERT(kernel.scalar_type() == at::kFloat && kernel.size(2) == 3 && kernel.size(3) == 3);
  STYLER_ASSERT(std::max(in_channels_, out_channels_) <= kMostChannels);
  bias_ = at::constant_pad_nd(bias.to(at::kFloat), {0, out_channels_ - kernel.size(0)}).contiguous();
  const at::Tensor dense = kernel.contiguous();
  const int64_t in_stride = dense.stride(1), out_stride = dense.stride(0);
  forward_kernel_ = packed({dense.data_ptr<float>(), dense.size(1), dense.size(0), in_stride, out_stride});
  // The way back is a convolution with the kernel turned by half a circle.
  backward_kernel_ =
      packed({dense.data_ptr<float>(), dense.size(0), dense.size(1), out_stride, in_stride, /*turned=*/true});
}

at::Tensor WinogradConvolution::packed(const KernelTaps& taps) const {
  const int64_t to = rounded_channels(taps.out_channels);
  const at::Tensor result = empty_on_huge_pages({kWinogradPoints * rounded_channels(taps.in_channels) * to}, dtype_);
  for_each_in_turn((to + kPanel - 1) / kPanel, [&](int64_t panel) {
    kernels_.pack_kernel(taps, panel * kPanel, std::min(to, (panel + 1) * kPanel), result.data_ptr());
  });
  return result;
}

at::Tensor WinogradConvolution::forward(const at::Tensor& input, bool relu, BufferPool& pool) const {
  const at::Tensor output = pool.channels_last(out_channels_, input.size(2), input.size(3), dtype_);
  forward_into(input, relu, output);
  return output;
}

void WinogradConvolution::forward_into(const at::Tensor& input, bool relu, const at::Tensor& output) const {
  ConvolutionPass pass;
  pass.kernel = forward_kernel_.data_ptr();
  pass.padding = padding_;
  pass.bias = bias_.data_ptr<float>();
  pass.relu = relu;
  pass.in_channels = in_channels_;
  pass.out_channels = out_channels_;
  if (output.size(2) != input.size(2)) {
    STYLER_ASSERT(output.size(2) == input.size(2) - 2 && output.size(3) == input.size(3) - 2);
    pass.row_shift = pass.column_shift = 1;
  }
  run(pass, input, output);
}

ConvolutionPass WinogradConvolution::backward_pass(const at::Tensor& gradient, const at::Tensor& addend) const {
  ConvolutionPass pass;
  pass.kernel = backward_kernel_.data_ptr();
  // On a torus the way back is a convolution on the torus, too.
  pass.padding = padding_ == Padding::Circular ? padding_ : Padding::Zero;
  pass.in_channels = out_channels_;
  pass.out_channels = in_channels_;
  if (addend.defined()) {
    STYLER_ASSERT(is_channels_last(addend) && addend.scalar_type() == dtype_ && addend.size(1) == in_channels_);
    STYLER_ASSERT(addend.size(2) == gradient.size(2) && addend.size(3) == gradient.size(3));
    pass.addend = addend.data_ptr();
  }
  return pass;
}

at::Tensor WinogradConvolution::input_gradient(const at::Tensor& gradient, const at::Tensor& addend,
                                               BufferPool& pool) const {
  const at::Tensor result = pool.channels_last(in_channels_, gradient.size(2), gradient.size(3), dtype_);
  run(backward_pass(gradient, addend), gradient, result);
  if (continues_input()) add_gradient_beyond(gradient, {}, result);
  return result;
}

void WinogradConvolution::input_gradient_through_relu(const at::Tensor& gradient, const at::Tensor& addend,
                                                      at::Tensor& relu_output) const {
  ConvolutionPass pass = backward_pass(gradient, addend);
  pass.mask = relu_output.data_ptr();
  std::array<at::Tensor, 4> masks;
  if (continues_input()) {
    masks = edges(relu_output);
    for (at::Tensor& mask : masks) mask = mask > 0;
  }
  run(pass, gradient, relu_output);
  if (continues_input()) add_gradient_beyond(gradient, masks, relu_output);
}

at::Tensor WinogradConvolution::gradient_beyond(const at::Tensor& strip, int64_t row_shift,
                                                int64_t column_shift) const {
  const at::Tensor dense = strip.contiguous(at::MemoryFormat::ChannelsLast);
  ConvolutionPass pass = backward_pass(dense, {});
  pass.row_shift = row_shift;
  pass.column_shift = column_shift;
  // What is above or below has corners.
  const int64_t width = row_shift == 0 ? dense.size(3) : dense.size(3) + 2;
  at::Tensor result =
      at::empty({1, in_channels_, dense.size(2), width}, dense.options(), at::MemoryFormat::ChannelsLast);
  run(pass, dense, result);
  return result;
}

std::array<at::Tensor, 4> WinogradConvolution::edges(const at::Tensor& input) const {
  const int64_t height = input.size(2), width = input.size(3);
  return {input.narrow(2, before_first(padding_, height), 1), input.narrow(2, behind_last(padding_, height), 1),
          input.narrow(3, before_first(padding_, width), 1), input.narrow(3, behind_last(padding_, width), 1)};
}

void WinogradConvolution::add_gradient_beyond(const at::Tensor& gradient, const std::array<at::Tensor, 4>& masks,
                                              const at::Tensor& input_gradient) const {
  const int64_t height = gradient.size(2), width = gradient.size(3);
  const auto row_beyond = [&](int64_t row, int64_t shift) {
    const at::Tensor with_corners = gradient_beyond(gradient.narrow(2, row, 1), shift, -1);
    const at::Tensor result = with_corners.narrow(3, 1, width);
    result.narrow(3, before_first(padding_, width), 1).add_(with_corners.narrow(3, 0, 1));
    result.narrow(3, behind_last(padding_, width), 1).add_(with_corners.narrow(3, width + 1, 1));
    return result;
  };
  const std::array<at::Tensor, 4> beyond = {row_beyond(0, -1), row_beyond(height - 1, 1),
                                            gradient_beyond(gradient.narrow(3, 0, 1), 0, -1),
                                            gradient_beyond(gradient.narrow(3, width - 1, 1), 0, 1)};
  const std::array<at::Tensor, 4> places = edges(input_gradient);
  for (size_t i = 0; i < places.size(); ++i) places[i].add_(masks[i].defined() ? beyond[i] * masks[i] : beyond[i]);
}

void WinogradConvolution::run(ConvolutionPass pass, const at::Tensor& input, const at::Tensor& output) const {
  STYLER_ASSERT(is_channels_last(input) && input.scalar_type() == dtype_ && input.size(1) == pass.in_channels);
  STYLER_ASSERT(is_channels_last(output) && output.scalar_type() == dtype_ && output.size(1) == pass.out_channels);
  const bool is_strip = pass.row_shift != 0 || pass.column_shift != 0;
  STYLER_ASSERT(is_strip || (output.size(2) == input.size(2) && output.size(3) == input.size(3)));
  pass.input_height = input.size(2);
  pass.input_width = input.size(3);
  pass.height = output.size(2);
  pass.width = output.size(3);
  pass.input = input.data_ptr();
  pass.output = output.data_ptr();

  const int64_t block = tiles_per_block(pass);
  const size_t scratch = kernels_.scratch_bytes(pass, block);
  for_each_in_turn((tile_count(pass) + block - 1) / block, [&](int64_t i) {
    kernels_.convolve(pass, i * block, std::min(tile_count(pass), (i + 1) * block), thread_scratch(scratch));
  });
}

namespace {

PoolingPass pooling_of(const at::Tensor& relu_output) {
  STYLER_ASSERT(is_channels_last(relu_output));
  PoolingPass pass;
  pass.channels = relu_output.size(1);
  pass.height = relu_output.size(2);
  pass.width = relu_output.size(3);
  pass.input = relu_output.data_ptr();
  return pass;
}

}  // namespace

at::Tensor max_pool(const CpuKernels& kernels, const at::Tensor& relu_output, BufferPool& pool) {
  PoolingPass pass = pooling_of(relu_output);
  const at::Tensor output =
      pool.channels_last(pass.channels, pass.height / 2, pass.width / 2, relu_output.scalar_type());
  pass.output = output.data_ptr();
  at::parallel_for(0, pass.height / 2, /*grain_size=*/1,
                   [&](int64_t first, int64_t last) { kernels.max_pool(pass, first, last); });
  return output;
}

void max_pool_gradient_through_relu(const CpuKernels& kernels, const at::Tensor& gradient, const at::Tensor& addend,
                                    at::Tensor& relu_output) {
  PoolingPass pass = pooling_of(relu_output);
  STYLER_ASSERT(is_channels_last(gradient) && gradient.scalar_type() == relu_output.scalar_type());
  STYLER_ASSERT(gradient.size(2) == pass.height / 2 && gradient.size(3) == pass.width / 2);
  STYLER_ASSERT(!addend.defined() || (is_channels_last(addend) && addend.sizes() == relu_output.sizes()));
  pass.gradient = gradient.data_ptr();
  pass.addend = addend.defined() ? addend.data_ptr() : nullptr;
  pass.input_gradient = relu_output.data_ptr();
  at::parallel_for(0, pass.height / 2, /*grain_size=*/1,
                   [&](int64_t first, int64_t last) { kernels.max_pool_backward(pass, first, last); });
}

}  // namespace styler
