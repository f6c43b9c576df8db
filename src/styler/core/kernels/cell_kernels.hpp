#pragma once

#include <cstddef>
#include <cstdint>

namespace styler {

/// Columns of a product are a multiple of this.
constexpr int64_t kCellColumns = 16;
constexpr int64_t kMostCellPanels = 16;
constexpr int64_t kMostCellPhases = 2;

/// A convolution of any kernel and step over rows of channels-last memory, as a product: each output cell, which is one
/// position's channels or those of a few side by side, is `columns` sums over windows of a few input rows. Output rows
/// may take turns at kernels of their own (`phases`), as those of an enlarged picture do. Elements are the kernels'.
struct CellPass {
  const void* input = nullptr;  ///< The first row that the first output row looks at, from its first element on.
  int64_t input_row = 0;        ///< Elements from a row to the next; the row ends there.
  int64_t row_step = 0;         ///< Rows that the window moves down from one row of a phase to the next.
  int64_t cell_step = 0;        ///< Elements that it moves to the right from one cell to the next.
  int64_t window = 0;           ///< Elements that a cell sees of a row, an even number.

  struct Phase {
    const void* kernel = nullptr;  ///< Panels one behind the other, each as pack_cells wrote it.
    int64_t first_row = 0;         ///< Of the rows that are looked at.
    int64_t rows = 0;
  };
  int64_t phases = 1;
  Phase phase[kMostCellPhases];

  int64_t columns = 0;
  int64_t panel = 0;  ///< Columns that are multiplied together, one or two times kCellColumns.
  /// Of each panel, the part of the window that is not zeros for all of its columns; even numbers.
  struct Part {
    int64_t first = 0, length = 0;
  };
  Part parts[kMostCellPanels];

  int64_t cells = 0;       ///< In an output row.
  void* output = nullptr;  ///< [.][cells][columns]
  int64_t output_row = 0;  ///< Elements from a row to the next.
  bool wide = false;       ///< The output is float32 whatever the elements are.
};

/// The inner loops of CellConvolution and of the norms between convolutions, for one element type and one instruction
/// set; like CpuKernels. Of the loops over rows `count` and `channels` are multiples of 16, and what is given by
/// channel is float32.
struct CellKernels {
  /// A panel's columns of one phase as convolve wants them.
  /// \param matrix  [rows][columns], float32; `columns` may be a part of `row_stride`.
  void (*pack)(const float* matrix, int64_t rows, int64_t row_stride, int64_t columns, void* packed);
  /// Does the output rows [first, last).
  void (*convolve)(const CellPass& pass, int64_t first, int64_t last);

  size_t (*weight_scratch_bytes)(const CellPass& pass);
  /// sums[phase][row][window][columns] += input · gradient over the cells of the output rows [first, last).
  /// \param gradient  With respect to the output, which is where it lies.
  void (*add_weight_gradient)(const CellPass& pass, int64_t first, int64_t last, float* sums, void* scratch);

  /// sums[0][c] = Σ (x − centre), sums[1][c] = Σ (x − centre)² over a row's positions.
  void (*sum)(const void* row, int64_t count, int64_t channels, const float* centre, float* sums);
  /// to = row · factor + offset, through a ReLU if `relu`, plus `addend` if there is one.
  struct Normalised {
    const float* factor;
    const float* offset;
    bool relu;
  };
  void (*normalise)(const void* row, int64_t count, int64_t channels, const Normalised& norm, const void* addend,
                    void* to);
  /// With g the gradient that the ReLU lets through: sums[0][c] = Σ g, sums[1][c] = Σ g · (x − centre).
  void (*sum_gradient)(const void* row, const void* gradient, int64_t count, int64_t channels, const Normalised& norm,
                       const float* centre, float* sums);
  /// to = g · factor + x · slope + constant.
  void (*normalise_gradient)(const void* row, const void* gradient, int64_t count, int64_t channels,
                             const Normalised& norm, const float* slope, const float* constant, void* to);
  /// to += from; any count.
  void (*add)(const void* from, int64_t count, void* to);
  /// Three planes' rows as one row of four channels, the last of zeros: to = from + shift.
  void (*interleave)(const float* const* planes, int64_t width, float shift, void* to);
};

}  // namespace styler
