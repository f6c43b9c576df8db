#pragma once

#include <ATen/core/Tensor.h>

#include <array>

#include "styler/core/kernels/buffer_pool.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"

namespace styler {

/// A frozen 3×3 convolution on the processor, channels-last, in float32 or bfloat16 (sums in float32), with its way
/// back. Channel counts are rounded up to kChannelGranularity; what is added are zeros. Memory:
/// 72 elements per pair of channels, for both ways. The same result for any number of threads.
class WinogradConvolution {
 public:
  /// \param kernel  [out, in, 3, 3], float32.
  /// \param bias    [out], float32.
  /// \param dtype   Of the tensors that go in and out; `kernels` are for it.
  /// \param padding  Of this convolution; takes part in the way back.
  WinogradConvolution(const at::Tensor& kernel, const at::Tensor& bias, c10::ScalarType dtype,
                      const CpuKernels& kernels, Padding padding = Padding::Zero);

  int64_t in_channels() const { return in_channels_; }
  int64_t out_channels() const { return out_channels_; }

  /// \param input  [1, in_channels, h, w], channels-last.
  /// \return       [1, out_channels, h, w] from the pool: the convolution, through a ReLU if `relu`.
  at::Tensor forward(const at::Tensor& input, bool relu, BufferPool& pool) const;
  /// The same into memory that is there: as large as the input, or 2 px smaller each way, where nothing beyond the
  /// input counts.
  /// \param output  [1, out_channels, h, w] or [1, out_channels, h − 2, w − 2], channels-last.
  void forward_into(const at::Tensor& input, bool relu, const at::Tensor& output) const;

  /// The gradient with respect to the input.
  /// \param gradient  [1, out_channels, h, w], with respect to forward's output without ReLU.
  /// \param addend    [1, in_channels, h, w] or undefined: added to the result.
  at::Tensor input_gradient(const at::Tensor& gradient, const at::Tensor& addend, BufferPool& pool) const;

  /// The same where the input was a ReLU's output, and on through that ReLU: `relu_output` is replaced by the gradient
  /// with respect to its input.
  void input_gradient_through_relu(const at::Tensor& gradient, const at::Tensor& addend, at::Tensor& relu_output) const;

 private:
  at::Tensor packed(const KernelTaps& taps) const;
  ConvolutionPass backward_pass(const at::Tensor& gradient, const at::Tensor& addend) const;
  void run(ConvolutionPass pass, const at::Tensor& input, const at::Tensor& output) const;
  /// What input_gradient() leaves out where the padding continues the input: the gradient with respect to what lies
  /// beyond one of its edges, from the strip of `gradient` along that edge, which is all that sees it.
  at::Tensor gradient_beyond(const at::Tensor& strip, int64_t row_shift, int64_t column_shift) const;
  /// Adds that of all four edges to the input gradient's places from which the padding took its values.
  /// \param masks  of those places, in the order of edges(): where the gradient stays 0. Undefined: nowhere.
  void add_gradient_beyond(const at::Tensor& gradient, const std::array<at::Tensor, 4>& masks,
                           const at::Tensor& input_gradient) const;
  /// The places of an input from which the padding takes its values, as views: for what is above, below, left and
  /// right of it.
  std::array<at::Tensor, 4> edges(const at::Tensor& input) const;
  bool continues_input() const { return padding_ == Padding::Replicate || padding_ == Padding::Reflect; }

  const CpuKernels& kernels_;
  c10::ScalarType dtype_;
  Padding padding_;
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
