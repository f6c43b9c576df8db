// Convolutions over cells and their weights' gradients, and the norms between them, of cell_kernels.hpp.
#include "styler/core/kernels/cell_kernels.hpp"
#include "styler/core/kernels/x86/cpu_simd_x86.hpp"

namespace styler::STYLER_KERNELS {
namespace {

// ---- convolution
// ------------------------------------------------------------------------------------------------------

void pack_cells(const float* matrix, int64_t rows, int64_t row_stride, int64_t columns, void* packed) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < columns; column += kLanes) {
      Element rounded[kLanes];
      store(rounded, load(matrix + row * row_stride + column));
      Element* to = static_cast<Element*>(packed) + (row / kStep * columns + column) * kStep + row % kStep;
      for (int64_t lane = 0; lane < kLanes; ++lane) to[lane * kStep] = rounded[lane];
    }
  }
}

/// A few cells' sums for one or two vectors of columns.
struct CellOperands {
  const Element* input;
  int64_t input_row, cell_step;
  const Element* kernel;
  int64_t kernel_step;  ///< From a step to the next.
  int64_t rows, steps;
  void* output;
  int64_t output_cell;
  bool wide;
};

template <int Cells, int Vectors>
inline void convolve_cells(const CellOperands& o) {
  using P = Product<Element>;
  typename P::Accumulator sums[Cells][Vectors] = {};
  const Element* kernel = o.kernel;
  for (int64_t row = 0; row < o.rows; ++row) {
    const Element* input = o.input + row * o.input_row;
    for (int64_t step = 0; step < o.steps; ++step, input += kStep, kernel += o.kernel_step) {
      typename P::Columns columns[Vectors];
#pragma GCC unroll 2
      for (int64_t v = 0; v < Vectors; ++v) columns[v] = P::columns(kernel + v * kLanes * kStep);
#pragma GCC unroll 12
      for (int64_t cell = 0; cell < Cells; ++cell) {
#pragma GCC unroll 2
        for (int64_t v = 0; v < Vectors; ++v)
          sums[cell][v] = P::add(sums[cell][v], input + cell * o.cell_step, columns[v]);
      }
    }
  }
#pragma GCC unroll 12
  for (int64_t cell = 0; cell < Cells; ++cell) {
#pragma GCC unroll 2
    for (int64_t v = 0; v < Vectors; ++v) {
      const int64_t at = cell * o.output_cell + v * kLanes;
      if (o.wide) {
        store(static_cast<float*>(o.output) + at, P::value(sums[cell][v]));
      } else {
        store(static_cast<Element*>(o.output) + at, P::value(sums[cell][v]));
      }
    }
  }
}

template <int Vectors, int Cells = kRows>
inline void convolve_count(int64_t count, const CellOperands& operands) {
  if constexpr (Cells > 0) {
    if (count == Cells) {
      convolve_cells<Cells, Vectors>(operands);
    } else {
      convolve_count<Vectors, Cells - 1>(count, operands);
    }
  }
}

void convolve_panel(const CellPass& pass, int64_t vectors, CellOperands operands) {
  const int64_t blocks = (pass.cells + kRows - 1) / kRows;
  const int64_t output_size = pass.wide ? static_cast<int64_t>(sizeof(float)) : static_cast<int64_t>(sizeof(Element));
  const Element* const input = operands.input;
  char* const output = static_cast<char*>(operands.output);
  for (int64_t block = 0; block < blocks; ++block) {  // of about as many cells each, so that none is too short
    const int64_t first = pass.cells * block / blocks, last = pass.cells * (block + 1) / blocks;
    operands.input = input + first * pass.cell_step;
    operands.output = output + first * pass.columns * output_size;
    if (vectors == 2) {
      convolve_count<2>(last - first, operands);
    } else {
      convolve_count<1>(last - first, operands);
    }
  }
}

const Element* input_row(const CellPass& pass, int64_t output_row, const CellPass::Phase& phase, int64_t row) {
  const int64_t at = output_row / pass.phases * pass.row_step + phase.first_row + row;
  return static_cast<const Element*>(pass.input) + at * pass.input_row;
}

void convolve_rows(const CellPass& pass, int64_t first, int64_t last) {
  const int64_t output_size = pass.wide ? static_cast<int64_t>(sizeof(float)) : static_cast<int64_t>(sizeof(Element));
  for (int64_t y = first; y < last; ++y) {
    const CellPass::Phase& phase = pass.phase[y % pass.phases];
    const Element* kernel = static_cast<const Element*>(phase.kernel);
    for (int64_t column = 0; column < pass.columns; column += pass.panel) {
      const CellPass::Part& part = pass.parts[column / pass.panel];
      const int64_t left = pass.columns - column;
      const int64_t width = left < pass.panel ? left : pass.panel;
      for (int64_t inner = 0; inner < width; inner += 2 * kLanes) {
        CellOperands operands;
        operands.input = input_row(pass, y, phase, 0) + part.first;
        operands.input_row = pass.input_row;
        operands.cell_step = pass.cell_step;
        operands.kernel = kernel + inner * kStep;
        operands.kernel_step = width * kStep;
        operands.rows = phase.rows;
        operands.steps = part.length / kStep;
        operands.output = static_cast<char*>(pass.output) + (y * pass.output_row + column + inner) * output_size;
        operands.output_cell = pass.columns;
        operands.wide = pass.wide;
        convolve_panel(pass, panel_width(inner, width) / kLanes, operands);
      }
      kernel += phase.rows * part.length * width;
    }
  }
}

// ---- gradients of weights
// ---------------------------------------------------------------------------------------------

/// Output rows whose inputs are prepared together.
constexpr int64_t kBand = 8;

int64_t rows_looked_at(const CellPass& pass, int64_t output_rows) {
  int64_t most = 0;
  for (int64_t i = 0; i < pass.phases; ++i) {
    const int64_t end = pass.phase[i].first_row + pass.phase[i].rows;
    most = most > end ? most : end;
  }
  return (output_rows + pass.phases - 2) / pass.phases * pass.row_step + pass.row_step + most;
}

size_t weight_scratch_bytes(const CellPass& pass) {
  if (kStep == 1) return 0;
  const int64_t inputs = rows_looked_at(pass, kBand) * pass.input_row;
  const int64_t gradients = kBand * ((pass.cells + 1) / 2) * pass.columns;
  return static_cast<size_t>(inputs + gradients) * 2 * sizeof(Element) + 64;
}

#ifdef __AVX512BF16__
/// Each element beside the one of the next cell.
void pair_inputs(const Element* row, const CellPass& pass, Element* to) {
  const int64_t pairs = pass.input_row - pass.cell_step;
  for (int64_t i = 0; i < pairs; ++i) {
    to[2 * i] = row[i];
    to[2 * i + 1] = row[i + pass.cell_step];
  }
  for (int64_t i = pairs < 0 ? 0 : pairs; i < pass.input_row; ++i) {
    to[2 * i] = row[i];
    to[2 * i + 1] = {0};
  }
}

/// Two cells' columns side by side; after an odd number come zeros.
void pair_gradients(const Element* row, const CellPass& pass, Element* to) {
  for (int64_t cell = 0; cell < pass.cells; cell += 2, row += 2 * pass.columns, to += 2 * pass.columns) {
    const bool is_pair = cell + 1 < pass.cells;
    for (int64_t i = 0; i < pass.columns; ++i) {
      to[2 * i] = row[i];
      to[2 * i + 1] = is_pair ? row[pass.columns + i] : Element{0};
    }
  }
}
#endif

/// Adds one output row's products of one phase.
/// \param input  The first row that is looked at; the next one is `input_row` further.
void add_row_products(const CellPass& pass, const CellPass::Phase& phase, const Element* input, int64_t input_row,
                      const Element* gradient, float* sums) {
  for (int64_t column = 0; column < pass.columns; column += pass.panel) {
    const CellPass::Part& part = pass.parts[column / pass.panel];
    const int64_t left = pass.columns - column;
    const int64_t width = left < pass.panel ? left : pass.panel;
    for (int64_t inner = 0; inner < width; inner += 2 * kLanes) {
      for (int64_t row = 0; row < phase.rows; ++row) {
        Operands operands;
        operands.rows = input + row * input_row + part.first * kStep;
        operands.row_stride = kStep;
        operands.row_step_stride = pass.cell_step * kStep * kStep;
        operands.columns = gradient + (column + inner) * kStep;
        operands.column_step_stride = pass.columns * kStep;
        operands.steps = (pass.cells + kStep - 1) / kStep;
        operands.products = sums + (row * pass.window + part.first) * pass.columns + column + inner;
        operands.product_stride = pass.columns;
        multiply_panel</*Adds=*/true>(part.length, panel_width(inner, width), operands);
      }
    }
  }
}

void add_weight_gradient(const CellPass& pass, int64_t first, int64_t last, float* sums, void* scratch) {
  float* phase_sums[kMostCellPhases];
  for (int64_t i = 0; i < pass.phases; ++i) {
    phase_sums[i] = sums;
    sums += pass.phase[i].rows * pass.window * pass.columns;
  }
  const Element* const gradient = static_cast<const Element*>(pass.output);
#ifdef __AVX512BF16__
  Element* const inputs = static_cast<Element*>(scratch);
  for (int64_t top = first; top < last; top += kBand) {
    const int64_t count = last - top < kBand ? last - top : kBand;
    const int64_t above = top / pass.phases;
    int64_t begin = -1, end = -1;
    for (int64_t y = top; y < top + count; ++y) {
      const CellPass::Phase& phase = pass.phase[y % pass.phases];
      const int64_t from = (y / pass.phases - above) * pass.row_step + phase.first_row;
      begin = begin < 0 || from < begin ? from : begin;
      end = from + phase.rows > end ? from + phase.rows : end;
    }
    const Element* const rows = static_cast<const Element*>(pass.input) + above * pass.row_step * pass.input_row;
    for (int64_t row = begin; row < end; ++row) {
      pair_inputs(rows + row * pass.input_row, pass, inputs + (row - begin) * 2 * pass.input_row);
    }
    Element* const gradients = inputs + (end - begin) * 2 * pass.input_row;
    for (int64_t y = top; y < top + count; ++y) {
      const CellPass::Phase& phase = pass.phase[y % pass.phases];
      const int64_t from = (y / pass.phases - above) * pass.row_step + phase.first_row - begin;
      pair_gradients(gradient + y * pass.output_row, pass, gradients);
      add_row_products(pass, phase, inputs + from * 2 * pass.input_row, 2 * pass.input_row, gradients,
                       phase_sums[y % pass.phases]);
    }
  }
#else
  (void)scratch;
  for (int64_t y = first; y < last; ++y) {
    const CellPass::Phase& phase = pass.phase[y % pass.phases];
    add_row_products(pass, phase, input_row(pass, y, phase, 0), pass.input_row, gradient + y * pass.output_row,
                     phase_sums[y % pass.phases]);
  }
#endif
}

// ---- norms
// ------------------------------------------------------------------------------------------------------------

/// Sums over a row's positions of two values for each vector of channels; `values(at, channel, first, second)`.
template <typename Values>
inline void sum_channels(int64_t count, int64_t channels, float* sums, const Values& values) {
  for (int64_t channel = 0; channel < channels; channel += kLanes) {
    Vector first{}, second{};
    for (int64_t at = channel; at < count; at += channels) values(at, channel, first, second);
    store(sums + channel, first);
    store(sums + channels + channel, second);
  }
}

void sum_row(const void* row, int64_t count, int64_t channels, const float* centre, float* sums) {
  const Element* from = static_cast<const Element*>(row);
  sum_channels(count, channels, sums, [&](int64_t at, int64_t channel, Vector& first, Vector& second) {
    const Vector value = load(from + at) - load(centre + channel);
    first += value;
    second += value * value;
  });
}

void normalise_row(const void* row, int64_t count, int64_t channels, const CellKernels::Normalised& norm,
                   const void* addend, void* to) {
  const Element* from = static_cast<const Element*>(row);
  for (int64_t channel = 0; channel < channels; channel += kLanes) {
    const Vector factor = load(norm.factor + channel), offset = load(norm.offset + channel);
    for (int64_t at = channel; at < count; at += channels) {
      Vector value = load(from + at) * factor + offset;
      if (norm.relu) value = value > 0 ? value : Vector{};
      if (addend) value += load(static_cast<const Element*>(addend) + at);
      store(static_cast<Element*>(to) + at, value);
    }
  }
}

/// What a ReLU behind a norm lets through of a gradient.
inline Vector let_through(const CellKernels::Normalised& norm, Vector value, Vector factor, Vector offset,
                          Vector gradient) {
  if (!norm.relu) return gradient;
  return value * factor + offset > 0 ? gradient : Vector{};
}

void sum_gradient_row(const void* row, const void* gradient, int64_t count, int64_t channels,
                      const CellKernels::Normalised& norm, const float* centre, float* sums) {
  sum_channels(count, channels, sums, [&](int64_t at, int64_t channel, Vector& first, Vector& second) {
    const Vector value = load(static_cast<const Element*>(row) + at);
    const Vector let = let_through(norm, value, load(norm.factor + channel), load(norm.offset + channel),
                                   load(static_cast<const Element*>(gradient) + at));
    first += let;
    second += let * (value - load(centre + channel));
  });
}

void normalise_gradient_row(const void* row, const void* gradient, int64_t count, int64_t channels,
                            const CellKernels::Normalised& norm, const float* slope, const float* constant, void* to) {
  for (int64_t channel = 0; channel < channels; channel += kLanes) {
    const Vector factor = load(norm.factor + channel), offset = load(norm.offset + channel);
    const Vector slopes = load(slope + channel), constants = load(constant + channel);
    for (int64_t at = channel; at < count; at += channels) {
      const Vector value = load(static_cast<const Element*>(row) + at);
      const Vector let = let_through(norm, value, factor, offset, load(static_cast<const Element*>(gradient) + at));
      store(static_cast<Element*>(to) + at, let * factor + value * slopes + constants);
    }
  }
}

void add_row(const void* from, int64_t count, void* to) {
  const Element* source = static_cast<const Element*>(from);
  Element* target = static_cast<Element*>(to);
  int64_t at = 0;
  for (; at + kLanes <= count; at += kLanes) store(target + at, load(target + at) + load(source + at));
  if (at == count) return;
  Element addend[kLanes] = {}, rest[kLanes] = {};
  for (int64_t i = 0; at + i < count; ++i) {
    addend[i] = source[at + i];
    rest[i] = target[at + i];
  }
  store(rest, load(rest) + load(addend));
  for (int64_t i = 0; at + i < count; ++i) target[at + i] = rest[i];
}

void interleave_row(const float* const* planes, int64_t width, float shift, void* to) {
  constexpr int64_t kPixels = kLanes / 4;
  Element* target = static_cast<Element*>(to);
  for (int64_t x = 0; x < width; x += kPixels) {
    const int64_t count = width - x < kPixels ? width - x : kPixels;
    float wide[kLanes] = {};
    for (int64_t i = 0; i < count; ++i) {
      for (int64_t c = 0; c < 3; ++c) wide[4 * i + c] = planes[c][x + i] + shift;
    }
    Element rounded[kLanes];
    store(rounded, load(wide));
    for (int64_t i = 0; i < 4 * count; ++i) target[4 * x + i] = rounded[i];
  }
}

}  // namespace

const CellKernels cell_kernels = {pack_cells, convolve_rows, weight_scratch_bytes, add_weight_gradient,
                                  sum_row,    normalise_row, sum_gradient_row,     normalise_gradient_row,
                                  add_row,    interleave_row};

}  // namespace styler::STYLER_KERNELS
