#pragma once

// What all kernels share: vectors of the instruction set at hand, the element type it is best at, and the product of
// two small matrices in its registers. Included once per instruction set, each time in a namespace of its own, by files
// that are compiled for it (CMakeLists.txt). Neither this nor they may call an inline function of a library: of such a
// function the linker keeps one copy for the whole program, which could be one with instructions that the processor
// lacks.
#include <immintrin.h>

#include <cstdint>

#include "styler/core/kernels/cpu_kernels.hpp"

namespace styler::STYLER_KERNELS {

#ifdef __AVX512F__
constexpr int64_t kLanes = 16;
constexpr int kRows = 12;  // × 2 vectors: 24 accumulators of 32 registers
#else
constexpr int64_t kLanes = 8;
constexpr int kRows = 6;  // × 2 vectors: 12 accumulators of 16 registers
#endif
static_assert(kChannelGranularity % kLanes == 0 && kPanel % (2 * kLanes) == 0);

using Vector = float __attribute__((vector_size(kLanes * sizeof(float))));
using Unaligned = float __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

inline Vector load(const float* from) { return *reinterpret_cast<const Unaligned*>(from); }
inline void store(float* to, Vector value) { *reinterpret_cast<Unaligned*>(to) = value; }
inline Vector splat(float value) { return Vector{} + value; }

/// Products of kRows rows of `rows` with two vectors of columns: Accumulator::add is one step along the channels.
template <typename Element>
struct Product;

template <>
struct Product<float> {
  static constexpr int64_t kStep = 1;  ///< Channels per step.
  using Accumulator = Vector;
  using Columns = Vector;
  static Columns columns(const float* from) { return load(from); }
  static Accumulator add(Accumulator sum, const float* row, Columns columns) { return sum + splat(*row) * columns; }
  static Vector value(Accumulator sum) { return sum; }
};

#ifdef __AVX512BF16__
struct BFloat16 {
  uint16_t bits;
};

using Halves = uint16_t __attribute__((vector_size(kLanes * 2), aligned(2), may_alias));
using Words = uint32_t __attribute__((vector_size(kLanes * 4)));

/// bfloat16 is float32 without its last 16 bits.
inline Vector load(const BFloat16* from) {
  return reinterpret_cast<Vector>(__builtin_convertvector(*reinterpret_cast<const Halves*>(from), Words) << 16);
}
inline void store(BFloat16* to, Vector value) {
  const __m256bh rounded = _mm512_cvtneps_pbh(reinterpret_cast<__m512>(value));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), reinterpret_cast<__m256i>(rounded));
}

template <>
struct Product<BFloat16> {
  static constexpr int64_t kStep = 2;
  using Accumulator = __m512;
  using Columns = __m512bh;
  using Pair = int32_t __attribute__((aligned(2), may_alias));
  static Columns columns(const BFloat16* from) { return reinterpret_cast<Columns>(_mm512_loadu_si512(from)); }
  static Accumulator add(Accumulator sum, const BFloat16* row, Columns columns) {
    const __m512i pair = _mm512_set1_epi32(*reinterpret_cast<const Pair*>(row));
    return _mm512_dpbf16_ps(sum, reinterpret_cast<Columns>(pair), columns);
  }
  static Vector value(Accumulator sum) { return reinterpret_cast<Vector>(sum); }
};
using Element = BFloat16;
#else
using Element = float;
#endif
constexpr int64_t kStep = Product<Element>::kStep;

/// The operands of one product: products[row][column] = Σ_step rows[row][step] · columns[step][column], where a step is
/// one channel (or position) in float32 and two in bfloat16.
struct Operands {
  const Element* rows;
  int64_t row_stride;       ///< From a row to the next.
  int64_t row_step_stride;  ///< From a step to the next, within a row.
  const Element* columns;   ///< Of one step the columns lie side by side, the elements of a step together.
  int64_t column_step_stride;
  int64_t steps;
  float* products;
  int64_t product_stride;  ///< From a row to the next.
};

/// `Rows` rows times `Vectors` vectors of columns, summed up in as many registers. Adds to the products if `Adds`.
template <int Rows, int Vectors, bool Adds>
inline void multiply(const Operands& o) {
  using P = Product<Element>;
  typename P::Accumulator sums[Rows][Vectors] = {};
  const Element* rows = o.rows;
  const Element* from = o.columns;
  for (int64_t step = 0; step < o.steps; ++step, rows += o.row_step_stride, from += o.column_step_stride) {
    typename P::Columns columns[Vectors];
#pragma GCC unroll 2
    for (int64_t v = 0; v < Vectors; ++v) columns[v] = P::columns(from + v * kLanes * P::kStep);
#pragma GCC unroll 12
    for (int64_t row = 0; row < Rows; ++row) {
#pragma GCC unroll 2
      for (int64_t v = 0; v < Vectors; ++v) sums[row][v] = P::add(sums[row][v], rows + row * o.row_stride, columns[v]);
    }
  }
#pragma GCC unroll 12
  for (int64_t row = 0; row < Rows; ++row) {
#pragma GCC unroll 2
    for (int64_t v = 0; v < Vectors; ++v) {
      float* to = o.products + row * o.product_stride + v * kLanes;
      store(to, Adds ? load(to) + P::value(sums[row][v]) : P::value(sums[row][v]));
    }
  }
}

/// The same for `count` rows: as many full blocks as there are, then one of the `Rest` or fewer left.
template <int Vectors, bool Adds, int Rest = kRows - 1>
inline void multiply_rest(int64_t count, const Operands& operands) {
  if constexpr (Rest > 0) {
    if (count == Rest) {
      multiply<Rest, Vectors, Adds>(operands);
    } else {
      multiply_rest<Vectors, Adds, Rest - 1>(count, operands);
    }
  }
}
template <int Vectors, bool Adds>
inline void multiply_rows(int64_t count, Operands operands) {
  for (; count >= kRows; count -= kRows) {
    multiply<kRows, Vectors, Adds>(operands);
    operands.rows += kRows * operands.row_stride;
    operands.products += kRows * operands.product_stride;
  }
  multiply_rest<Vectors, Adds>(count, operands);
}
/// And for a panel of `width` columns, one or two vectors.
template <bool Adds>
inline void multiply_panel(int64_t count, int64_t width, const Operands& operands) {
  if (width == 2 * kLanes) {
    multiply_rows<2, Adds>(count, operands);
  } else {
    multiply_rows<1, Adds>(count, operands);
  }
}

/// Of panels that are packed for multiply_panel: their width, at most two vectors.
inline int64_t panel_width(int64_t first_column, int64_t columns) {
  const int64_t left = columns - first_column;
  return left < 2 * kLanes ? left : 2 * kLanes;
}

// cpu_gram_x86.cpp
void gram(const void* features, int64_t positions, int64_t channels, float* products, void* scratch);
void multiply_positions(const void* features, int64_t positions, int64_t channels, const void* packed, void* result,
                        void* scratch);
void pack_matrix(const float* matrix, int64_t channels, void* packed);

// cpu_cells_x86.cpp
extern const CellKernels cell_kernels;

}  // namespace styler::STYLER_KERNELS
