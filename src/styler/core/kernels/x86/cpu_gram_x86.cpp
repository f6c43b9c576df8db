// The products of a Gram matrix and of its gradient of cpu_kernels.hpp.
#include "styler/core/kernels/x86/cpu_simd_x86.hpp"

namespace styler::STYLER_KERNELS {
namespace {

/// Positions whose features are multiplied while they lie in the cache.
constexpr int64_t kPositions = kGramPositions;

#ifdef __AVX512BF16__
/// Two positions' channels side by side, as a product over positions wants them; after an odd number come zeros.
const Element* in_steps(const Element* features, int64_t positions, int64_t channels, void* scratch) {
  Element* packed = static_cast<Element*>(scratch);
  for (int64_t position = 0; position < positions; position += 2) {
    const Element* first = features + position * channels;
    const Element* second = first + channels;
    const bool is_pair = position + 1 < positions;
    for (int64_t channel = 0; channel < channels; ++channel) {
      packed[(position / 2 * channels + channel) * 2] = first[channel];
      packed[(position / 2 * channels + channel) * 2 + 1] = is_pair ? second[channel] : Element{0};
    }
  }
  return packed;
}
#else
const Element* in_steps(const Element* features, int64_t /*positions*/, int64_t /*channels*/, void* /*scratch*/) {
  return features;
}
#endif

}  // namespace

void gram(const void* features, int64_t positions, int64_t channels, float* products, void* scratch) {
  for (int64_t first = 0; first < positions; first += kPositions) {
    const int64_t count = positions - first < kPositions ? positions - first : kPositions;
    const Element* packed =
        in_steps(static_cast<const Element*>(features) + first * channels, count, channels, scratch);
    for (int64_t column = 0; column < channels; column += 2 * kLanes) {
      const int64_t width = panel_width(column, channels);
      Operands operands;
      operands.rows = packed;
      operands.row_stride = kStep;
      operands.row_step_stride = channels * kStep;
      operands.columns = packed + column * kStep;
      operands.column_step_stride = channels * kStep;
      operands.steps = (count + kStep - 1) / kStep;
      operands.products = products + column;
      operands.product_stride = channels;
      multiply_panel</*Adds=*/true>(column + width, width, operands);  // the rest is symmetric
    }
  }
}

void pack_matrix(const float* matrix, int64_t channels, void* packed) {
  for (int64_t first = 0; first < channels; first += 2 * kLanes) {
    const int64_t width = panel_width(first, channels);
    for (int64_t row = 0; row < channels; ++row) {
      for (int64_t column = 0; column < width; column += kLanes) {
        Element rounded[kLanes];
        store(rounded, load(matrix + row * channels + first + column));
        Element* to = static_cast<Element*>(packed) + first * channels + (row / kStep * width + column) * kStep;
        for (int64_t lane = 0; lane < kLanes; ++lane) to[lane * kStep + row % kStep] = rounded[lane];
      }
    }
  }
}

void multiply_positions(const void* features, int64_t positions, int64_t channels, const void* packed, void* result,
                        void* scratch) {
  float* products = static_cast<float*>(scratch);
  for (int64_t first = 0; first < positions; first += kPositions) {
    const int64_t count = positions - first < kPositions ? positions - first : kPositions;
    for (int64_t column = 0; column < channels; column += 2 * kLanes) {
      const int64_t width = panel_width(column, channels);
      Operands operands;
      operands.rows = static_cast<const Element*>(features) + first * channels;
      operands.row_stride = channels;
      operands.row_step_stride = kStep;
      operands.columns = static_cast<const Element*>(packed) + column * channels;
      operands.column_step_stride = width * kStep;
      operands.steps = channels / kStep;
      operands.products = products + column;
      operands.product_stride = channels;
      multiply_panel</*Adds=*/false>(count, width, operands);
    }
    Element* to = static_cast<Element*>(result) + first * channels;
    for (int64_t i = 0; i < count * channels; i += kLanes) store(to + i, load(products + i));
  }
}

}  // namespace styler::STYLER_KERNELS
