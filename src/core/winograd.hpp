#pragma once

#include <ATen/core/Tensor.h>

#include "core/buffer_pool.hpp"
#include "core/cpu_kernels.hpp"

namespace styler {

/// A frozen 3×3 convolution with zero padding on the processor, channels-last, in float32 or bfloat16 (sums in
/// float32), with its way back. Channel counts are rounded up to kChannelGranularity; what is added are zeros. Memory:
/// 72 elements per pair of channels, for both ways. The same result for any number of threads.
class WinogradConvolution {
 public:
  /// \param kernel  [out, in, 3, 3], float32.
  /// \param bias    [out], float32.
  /// \param dtype   Of the tensors that go in and out; `kernels` are for it.
  WinogradConvolution(const at::Tensor& kernel, const at::Tensor& bias, c10::ScalarType dtype,
                      const CpuKernels& kernels);

  int64_t in_channels() const { return in_channels_; }
  int64_t out_channels() const { return out_channels_; }

  /// \param input  [1, in_channels, h, w], channels-last.
  /// \return       [1, out_channels, h, w] from the pool: the convolution, through a ReLU if `relu`.
  at::Tensor forward(const at::Tensor& input, bool relu, BufferPool& pool) const;

  /// The gradient with respect to the input.
  /// \param gradient  [1, out_channels, h, w], with respect to forward's output without ReLU.
  /// \param addend    [1, in_channels, h, w] or undefined: added to the result.
  at::Tensor input_gradient(const at::Tensor& gradient, const at::Tensor& addend, BufferPool& pool) const;

  /// The same where the input was a ReLU's output, and on through that ReLU: `relu_output` is replaced by the gradient
  /// with respect to its input.
  void input_gradient_through_relu(const at::Tensor& gradient, const at::Tensor& addend, at::Tensor& relu_output) const;

 private:
  /// `taps` [3·3, from, to].
  at::Tensor packed(const at::Tensor& taps) const;
  ConvolutionPass backward_pass(const at::Tensor& gradient, const at::Tensor& addend) const;
  void run(ConvolutionPass pass, const at::Tensor& input, const at::Tensor& output) const;

  const CpuKernels& kernels_;
  c10::ScalarType dtype_;
  int64_t in_channels_, out_channels_;
  at::Tensor bias_, forward_kernel_, backward_kernel_;
};

/// 2×2 maximum pooling of a ReLU's output.
/// \param relu_output  [1, C, h, w], channels-last; C a multiple of kChannelGranularity.
at::Tensor max_pool(const CpuKernels& kernels, const at::Tensor& relu_output, BufferPool& pool);

/// The way back through both: `relu_output` is replaced by the gradient with respect to the ReLU's input.
/// \param gradient  [1, C, h/2, w/2], with respect to the pooling's output.
/// \param addend    Like relu_output, or undefined: another gradient with respect to that.
void max_pool_gradient_through_relu(const CpuKernels& kernels, const at::Tensor& gradient, const at::Tensor& addend,
                                    at::Tensor& relu_output);

}  // namespace styler
