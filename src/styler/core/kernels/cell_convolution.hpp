#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "styler/core/kernels/buffer_pool.hpp"
#include "styler/core/kernels/cell_kernels.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"

namespace styler {

/// Features of pictures of one size, channels-last, with room around each for what lies beyond its edges.
struct Sheet {
  at::Tensor memory;  ///< Undefined: there is no sheet.
  int64_t pictures = 0, channels = 0, height = 0, width = 0, margin = 0;

  int64_t row_elements() const { return (width + 2 * margin) * channels; }
  /// A row with its margins, from `margin` rows above the picture on.
  void* whole_row(int64_t picture, int64_t y) const;
  /// A row of the picture itself.
  void* row(int64_t picture, int64_t y) const;
};

/// Uninitialised. Channels are a multiple of 4.
Sheet make_sheet(BufferPool& pool, at::ScalarType dtype, int64_t pictures, int64_t channels, at::IntArrayRef size,
                 int64_t margin);

/// Calls `work(picture, row)` for every row of a sheet, in turn on all threads.
void for_each_row(const Sheet& sheet, const std::function<void(int64_t picture, int64_t y)>& work);

/// What a convolution does with the size.
enum class Resizing {
  Same,
  Halving,   ///< It looks at every other position.
  Doubling,  ///< It looks at an enlargement by nearest neighbours, which is never made: 4 products of 9 are left.
};

/// A convolution with weights that are learnt: on the processor, in float32 or bfloat16 (sums in float32), with the
/// gradients of input and weights. What lies beyond the input's edges is in its margin. The same result for any number
/// of threads. 3×3 convolutions of Resizing::Same go by Winograd.
class CellConvolution {
 public:
  /// \param weight    [out, in, k, k], float32, whose memory is read by each pack().
  /// \param channels  {in, out} of the sheets, multiples of 4; what is more than the weight has is zeros. Those of
  ///                  Same 3×3, and all that is made of 3×3, have at least 8.
  CellConvolution(Resizing resizing, at::Tensor weight, std::array<int64_t, 2> channels, at::ScalarType dtype,
                  const CpuKernels& kernels);

  /// After a change of the weight: for forward(). Not for two threads at a time.
  void pack_forward();
  /// The same for input_gradient().
  void pack_backward();

  Resizing resizing() const { return resizing_; }
  int64_t in_channels() const { return forward_.in_channels; }
  int64_t out_channels() const { return forward_.out_channels; }
  /// Of the input. For Doubling it is of the small picture, whose edges continue: a mirror image of the large one.
  int64_t margin() const;
  /// Of the gradient, filled with zeros.
  int64_t gradient_margin() const;

  /// \param output  without a margin; float32 if `wide`. Its width is a multiple of 4 for fewer than 16 channels.
  void forward(const Sheet& input, const Sheet& output, bool wide = false) const;
  /// \param gradient  with respect to forward()'s output.
  /// \param result    like forward()'s input: in its margin what goes to where that came from.
  void input_gradient(const Sheet& gradient, const Sheet& result) const;
  /// \param to  like the weight, contiguous: receives its gradient.
  void weight_gradient(const Sheet& input, const Sheet& gradient, BufferPool& pool, float* to) const;

 private:
  /// Where the weight's taps stand in the matrices that are multiplied with.
  struct Layout {
    int64_t in_channels = 0, out_channels = 0;
    int64_t positions = 1;           ///< Of the output, in a cell.
    int64_t row_step = 1, step = 1;  ///< Of the input, from a cell to the next.
    int64_t window = 1;              ///< Positions of the input that a cell sees.
    std::vector<CellPass::Phase> phases;
    struct Tap {
      int64_t phase, row, position, output;  ///< In the matrices; `output` is the position within the cell.
      int64_t y, x;                          ///< In the weight.
    };
    std::vector<Tap> taps;

    int64_t columns() const { return positions * out_channels; }
    int64_t panel() const;
    int64_t matrix_size() const;
    int64_t entry(const Tap& tap, int64_t in_channel) const;
    CellPass::Part part(int64_t index) const;
    CellPass pass(const Sheet& input, const Sheet& output) const;
  };
  static Layout forward_layout(Resizing resizing, int64_t edge, std::array<int64_t, 2> channels);
  static Layout backward_layout(Resizing resizing, int64_t edge, std::array<int64_t, 2> channels);

  /// A layout's matrices of the weight, packed one behind the other; `is_way_back` swaps the weight's channels.
  void pack(const Layout& layout, bool is_way_back, at::Tensor& packed) const;
  void pack_winograd(const KernelTaps& taps, at::Tensor& packed) const;
  void run(const Layout& layout, const at::Tensor& packed, CellPass pass, const Sheet& input, const Sheet& output,
           int64_t rows) const;
  void run_winograd(const at::Tensor& packed, const Sheet& input, const Sheet& output, bool is_way_back) const;

  Resizing resizing_;
  at::Tensor weight_;
  at::ScalarType dtype_;
  const CpuKernels& kernels_;
  bool is_winograd_;
  Layout forward_, backward_;
  at::Tensor packed_forward_, packed_backward_;
};

}  // namespace styler
