#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "styler/options/network/padding.hpp"

namespace c10 {
enum class ScalarType : int8_t;
}

namespace styler {

struct CellKernels;

/// Winograd's minimal filtering F(4×4, 3×3) (Lavin & Gray 2016, "Fast Algorithms for Convolutional Neural Networks"): a
/// tile of 4×4 outputs takes 36 products per pair of channels instead of 144. It evaluates polynomials at 0, ±3/4, ±3/2
/// and ∞. Measured on a painted picture of 128 px, errors of the whole network's loss and gradient:
///
/// |                | float32 loss, gradient | bfloat16 loss, gradient |
/// |----------------|------------------------|-------------------------|
/// | direct         | 4e-8, 2e-7             | 2.0e-3, 5.8e-2          |
/// | 0, ±3/4, ±3/2  | 4e-9, 9e-7             | 1.7e-3, 7.5e-2          |
/// | 0, ±1, ±2      | 2e-6, 6e-6             | 9.8e-3, 9.9e-2          |
constexpr int64_t kWinogradOutput = 4;
constexpr int64_t kWinogradInput = kWinogradOutput + 2;
constexpr int64_t kWinogradPoints = kWinogradInput * kWinogradInput;
constexpr double kNearPoint = 0.75;
constexpr double kFarPoint = 1.5;

/// Channel counts must be multiples of this, so that no kernel has to deal with part of a vector.
constexpr int64_t kChannelGranularity = 16;
constexpr int64_t rounded_channels(int64_t channels) {
  return (channels + kChannelGranularity - 1) / kChannelGranularity * kChannelGranularity;
}
/// Of any layer; what lies outside the picture is read from as many zeros.
constexpr int64_t kMostChannels = 512;

/// The 3×3 taps of a convolution where they lie, in a tensor [.][.][3·3] of float32, as one way through it sees them.
struct KernelTaps {
  const float* data = nullptr;
  int64_t in_channels = 0, out_channels = 0;  ///< Not rounded; those beyond count as zeros.
  int64_t in_stride = 0, out_stride = 0;      ///< From one channel to the next.
  bool turned = false;                        ///< By half a circle.
};

/// One 3×3 convolution over a whole picture of [height, width, channels], and what is done with its output before it is
/// stored:  y = conv(input);  y += bias;  y = max(y, 0) if relu;  y += addend;  y = 0 unless mask > 0. Everything but
/// the bias is in the kernels' element type.
struct ConvolutionPass {
  const void* input = nullptr;   ///< [input_height, input_width, in_channels]
  const void* kernel = nullptr;  ///< As pack_kernel wrote it.
  const float* bias = nullptr;   ///< [out_channels], or nullptr.
  bool relu = false;
  const void* addend = nullptr;  ///< Like output, or nullptr.
  const void* mask = nullptr;    ///< Like output, or nullptr.
  void* output = nullptr;        ///< [height, width, out_channels]; may be the mask or the addend.
  int64_t height = 0, width = 0, in_channels = 0, out_channels = 0;
  int64_t input_height = 0, input_width = 0;  ///< Like height and width, but for a strip.
  /// An output is made of the inputs around its own place and so many further down and to the right: for strips.
  int64_t row_shift = 0, column_shift = 0;
  Padding padding = Padding::Zero;  ///< Another than Zero for whole pictures only.
};

/// A 2×2 maximum pooling of what a ReLU put out, or the way back through both.
struct PoolingPass {
  const void* input = nullptr;     ///< [height, width, channels]: the ReLU's output.
  void* output = nullptr;          ///< [height/2, width/2, channels]; forward only.
  const void* gradient = nullptr;  ///< Like output; backward only.
  const void* addend = nullptr;    ///< Like input, or nullptr: a gradient that comes to the ReLU from elsewhere.
  void* input_gradient = nullptr;  ///< Like input, and may be it: with respect to the ReLU's input.
  int64_t height = 0, width = 0, channels = 0;
};

/// Positions that the products over positions take at a time.
constexpr int64_t kGramPositions = 96;
/// Output channels that are packed and multiplied together.
constexpr int64_t kPanel = 32;

/// The inner loops of the network for one element type and one instruction set. All are free of allocation, threads and
/// errors; what they compute for a tile or row does not depend on how the work is divided.
struct CpuKernels {
  const char* instruction_set;  ///< `avx2`, `avx512` or `avx512bf16`.
  /// A kernel as convolve wants it: 36 elements per pair of rounded channels.
  /// \param first, last  The range of rounded out_channels to do; `first` is a multiple of kPanel.
  void (*pack_kernel)(const KernelTaps& taps, int64_t first, int64_t last, void* packed);
  /// Bytes that convolve needs for `tiles` tiles.
  size_t (*scratch_bytes)(const ConvolutionPass& pass, int64_t tiles);
  /// Does the tiles [first, last), counted along rows. `scratch` is aligned to 64 bytes.
  void (*convolve)(const ConvolutionPass& pass, int64_t first, int64_t last, void* scratch);
  /// Does the output rows [first, last).
  void (*max_pool)(const PoolingPass& pass, int64_t first, int64_t last);
  /// Does the input rows [2·first, 2·last), and with last = height/2 the odd one. The first of equal maxima gets the
  /// gradient, as in PyTorch; where the ReLU's output is 0 there is none.
  void (*max_pool_backward)(const PoolingPass& pass, int64_t first, int64_t last);

  /// products[i][j] += Σ features[p][i] · features[p][j] for j up to the end of i's panel: the lower triangle and a
  /// little more of a symmetric matrix.
  /// \param features  [positions, channels].
  /// \param products  [channels, channels] float32.
  /// \param scratch   kGramPositions · channels float32, aligned to 64 bytes; so below.
  void (*gram)(const void* features, int64_t positions, int64_t channels, float* products, void* scratch);
  /// A matrix [channels, channels] as multiply_positions wants it, in as many elements.
  void (*pack_matrix)(const float* matrix, int64_t channels, void* packed);
  /// result[p][j] = Σ features[p][i] · matrix[i][j], rounded to the element type.
  void (*multiply_positions)(const void* features, int64_t positions, int64_t channels, const void* packed,
                             void* result, void* scratch);
  const CellKernels* cells;  ///< cell_kernels.hpp
};

/// The kernels that this processor can run, the fastest first: float32 from AVX2 on, bfloat16 where the processor
/// multiplies it (AVX512-BF16). May be empty.
std::vector<const CpuKernels*> cpu_kernels(c10::ScalarType dtype);

}  // namespace styler
