// Convolution and pooling of cpu_kernels.hpp.
#include "styler/core/kernels/edges.hpp"
#include "styler/core/kernels/x86/cpu_simd_x86.hpp"

#define STYLER_TEXT_OF(name) #name
#define STYLER_TEXT(name) STYLER_TEXT_OF(name)

namespace styler::STYLER_KERNELS {
namespace {

// ---- the three transforms, one dimension at a time
// --------------------------------------------------------------------

constexpr float kA = kNearPoint;
constexpr float kB = kFarPoint;
constexpr float kA2 = kA * kA;
constexpr float kB2 = kB * kB;

/// Bᵀd: six inputs, `stride` vectors apart, become the values at the six points.
inline void transform_input(const Vector* d, int64_t stride, Vector* values) {
  const Vector d1 = d[stride], d2 = d[2 * stride], d3 = d[3 * stride], d4 = d[4 * stride];
  values[0] = d4 - (kA2 + kB2) * d2 + (kA2 * kB2) * d[0];
  const Vector near_even = d4 - kB2 * d2, near_odd = kA * (d3 - kB2 * d1);
  values[stride] = near_even + near_odd;
  values[2 * stride] = near_even - near_odd;
  const Vector far_even = d4 - kA2 * d2, far_odd = kB * (d3 - kA2 * d1);
  values[3 * stride] = far_even + far_odd;
  values[4 * stride] = far_even - far_odd;
  values[5 * stride] = d[5 * stride] - (kA2 + kB2) * d3 + (kA2 * kB2) * d1;
}

/// Aᵀm: six products become four outputs.
inline void transform_output(const Vector* m, int64_t stride, Vector* outputs, int64_t output_stride) {
  const Vector near_even = m[stride] + m[2 * stride], near_odd = m[stride] - m[2 * stride];
  const Vector far_even = m[3 * stride] + m[4 * stride], far_odd = m[3 * stride] - m[4 * stride];
  outputs[0] = m[0] + near_even + far_even;
  outputs[output_stride] = kA * near_odd + kB * far_odd;
  outputs[2 * output_stride] = kA2 * near_even + kB2 * far_even;
  outputs[3 * output_stride] = (kA2 * kA) * near_odd + (kB2 * kB) * far_odd + m[5 * stride];
}

/// Gg, in float64: three taps become the values at the six points, divided by the points' Lagrange denominators.
struct KernelTransform {
  double rows[kWinogradInput][3];
};
constexpr KernelTransform kernel_transform() {
  constexpr double kPoints[kWinogradInput - 1] = {0, kNearPoint, -kNearPoint, kFarPoint, -kFarPoint};
  KernelTransform transform{};
  for (int64_t i = 0; i < kWinogradInput - 1; ++i) {
    double denominator = 1;
    for (int64_t k = 0; k < kWinogradInput - 1; ++k) {
      if (k != i) denominator *= kPoints[i] - kPoints[k];
    }
    for (int64_t j = 0; j < 3; ++j)
      transform.rows[i][j] = (j == 0 ? 1 : j == 1 ? kPoints[i] : kPoints[i] * kPoints[i]) / denominator;
  }
  transform.rows[kWinogradInput - 1][2] = 1;
  return transform;
}

/// Where panel `first`, of `width` columns, of point `point` begins in a packed kernel. Within a panel lie
/// [in_channels / step][width][step].
int64_t panel_offset(int64_t point, int64_t first, int64_t in_channels, int64_t out_channels) {
  return (point * out_channels + first) * in_channels;
}

/// The taps from `channel` to the kLanes channels from `column` on.
void read_taps(const KernelTaps& taps, int64_t channel, int64_t column, float (&values)[9][kLanes]) {
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    const bool is_there = channel < taps.in_channels && column + lane < taps.out_channels;
    const float* const from = taps.data + (is_there ? channel * taps.in_stride + (column + lane) * taps.out_stride : 0);
    for (int64_t tap = 0; tap < 9; ++tap) values[tap][lane] = is_there ? from[taps.turned ? 8 - tap : tap] : 0;
  }
}

void pack_kernel(const KernelTaps& taps, int64_t first, int64_t last, void* packed) {
  static constexpr KernelTransform kTransform = kernel_transform();
  const int64_t in_channels = rounded_channels(taps.in_channels), out_channels = rounded_channels(taps.out_channels);
  for (int64_t column = first; column < last; column += kLanes) {
    const int64_t panel = column / (2 * kLanes) * (2 * kLanes);
    const int64_t width = panel_width(panel, out_channels);
    for (int64_t channel = 0; channel < in_channels; ++channel) {
      float kernel[9][kLanes];
      read_taps(taps, channel, column, kernel);
      double half[kWinogradInput][3][kLanes];
      for (int64_t i = 0; i < kWinogradInput; ++i) {
        for (int64_t x = 0; x < 3; ++x) {
          for (int64_t lane = 0; lane < kLanes; ++lane) {
            double sum = 0;
            for (int64_t y = 0; y < 3; ++y) sum += kTransform.rows[i][y] * kernel[y * 3 + x][lane];
            half[i][x][lane] = sum;
          }
        }
      }
      for (int64_t point = 0; point < kWinogradPoints; ++point) {
        const int64_t i = point / kWinogradInput, j = point % kWinogradInput;
        alignas(64) float values[kLanes];
        for (int64_t lane = 0; lane < kLanes; ++lane) {
          double sum = 0;
          for (int64_t x = 0; x < 3; ++x) sum += half[i][x][lane] * kTransform.rows[j][x];
          values[lane] = static_cast<float>(sum);
        }
        alignas(64) Element rounded[kLanes];
        store(rounded, load(values));
        Element* to = static_cast<Element*>(packed) + panel_offset(point, panel, in_channels, out_channels) +
                      (channel / kStep * width + column - panel) * kStep + channel % kStep;
        for (int64_t lane = 0; lane < kLanes; ++lane) to[lane * kStep] = rounded[lane];
      }
    }
  }
}

// ---- one block of tiles
// -----------------------------------------------------------------------------------------------

/// The two intermediate results of a block, [36][tiles][channels]. A row is one cache line longer than its channels: at
/// a power of two the rows of one product would fight for the same places in the cache.
struct Scratch {
  int64_t tiles, input_row, product_row;

  Scratch(const ConvolutionPass& pass, int64_t tile_count)
      : tiles(tile_count),
        input_row(pass.in_channels + 64 / static_cast<int64_t>(sizeof(Element))),
        product_row(pass.out_channels + 16) {}
  int64_t input_plane() const { return tiles * input_row; }
  int64_t product_plane() const { return tiles * product_row; }
  size_t input_bytes() const { return (kWinogradPoints * input_plane() * sizeof(Element) + 63) / 64 * 64; }
  size_t bytes() const { return input_bytes() + kWinogradPoints * product_plane() * sizeof(float); }
};

int64_t tiles_across(const ConvolutionPass& pass) { return (pass.width + kWinogradOutput - 1) / kWinogradOutput; }

void read_tile(const ConvolutionPass& pass, int64_t tile, Element* values, int64_t plane) {
  alignas(64) static const Element kOutside[kMostChannels] = {};
  const Element* picture = static_cast<const Element*>(pass.input);
  const Element* from[kWinogradPoints];
  const int64_t top = tile / tiles_across(pass) * kWinogradOutput - 1 + pass.row_shift;
  const int64_t left = tile % tiles_across(pass) * kWinogradOutput - 1 + pass.column_shift;
  int64_t ys[kWinogradInput], xs[kWinogradInput];
  for (int64_t i = 0; i < kWinogradInput; ++i) {
    ys[i] = position_at(pass.padding, top + i, pass.input_height);
    xs[i] = position_at(pass.padding, left + i, pass.input_width);
  }
  for (int64_t i = 0; i < kWinogradPoints; ++i) {
    const int64_t y = ys[i / kWinogradInput], x = xs[i % kWinogradInput];
    from[i] = y >= 0 && x >= 0 ? picture + (y * pass.input_width + x) * pass.in_channels : kOutside;
  }
  for (int64_t channel = 0; channel < pass.in_channels; channel += kLanes) {
    Vector d[kWinogradPoints];
    Vector columns[kWinogradPoints];
#pragma GCC unroll 36
    for (int64_t i = 0; i < kWinogradPoints; ++i) d[i] = load(from[i] + channel);
#pragma GCC unroll 6
    for (int64_t x = 0; x < kWinogradInput; ++x) transform_input(d + x, kWinogradInput, columns + x);
#pragma GCC unroll 6
    for (int64_t y = 0; y < kWinogradInput; ++y)
      transform_input(columns + y * kWinogradInput, 1, d + y * kWinogradInput);
#pragma GCC unroll 36
    for (int64_t i = 0; i < kWinogradPoints; ++i) store(values + i * plane + channel, d[i]);
  }
}

void write_tile(const ConvolutionPass& pass, int64_t tile, const float* products, int64_t plane) {
  const int64_t top = tile / tiles_across(pass) * kWinogradOutput;
  const int64_t left = tile % tiles_across(pass) * kWinogradOutput;
  const int64_t rows = pass.height - top < kWinogradOutput ? pass.height - top : kWinogradOutput;
  const int64_t columns = pass.width - left < kWinogradOutput ? pass.width - left : kWinogradOutput;
  for (int64_t channel = 0; channel < pass.out_channels; channel += kLanes) {
    Vector m[kWinogradPoints];
    Vector half[kWinogradOutput * kWinogradInput];
    Vector outputs[kWinogradOutput * kWinogradOutput];
#pragma GCC unroll 36
    for (int64_t i = 0; i < kWinogradPoints; ++i) m[i] = load(products + i * plane + channel);
#pragma GCC unroll 6
    for (int64_t x = 0; x < kWinogradInput; ++x) transform_output(m + x, kWinogradInput, half + x, kWinogradInput);
#pragma GCC unroll 4
    for (int64_t y = 0; y < kWinogradOutput; ++y) {
      transform_output(half + y * kWinogradInput, 1, outputs + y * kWinogradOutput, 1);
    }
    const Vector bias = pass.bias ? load(pass.bias + channel) : Vector{};
    for (int64_t y = 0; y < rows; ++y) {
      for (int64_t x = 0; x < columns; ++x) {
        const int64_t at = ((top + y) * pass.width + left + x) * pass.out_channels + channel;
        Vector value = outputs[y * kWinogradOutput + x] + bias;
        if (pass.relu) value = value > 0 ? value : Vector{};
        if (pass.addend) value += load(static_cast<const Element*>(pass.addend) + at);
        if (pass.mask) value = load(static_cast<const Element*>(pass.mask) + at) > 0 ? value : Vector{};
        store(static_cast<Element*>(pass.output) + at, value);
      }
    }
  }
}

size_t scratch_bytes(const ConvolutionPass& pass, int64_t tiles) { return Scratch(pass, tiles).bytes(); }

void convolve(const ConvolutionPass& pass, int64_t first, int64_t last, void* memory) {
  const Scratch scratch(pass, last - first);
  Element* inputs = static_cast<Element*>(memory);
  float* products = reinterpret_cast<float*>(static_cast<char*>(memory) + scratch.input_bytes());

  for (int64_t tile = first; tile < last; ++tile) {
    read_tile(pass, tile, inputs + (tile - first) * scratch.input_row, scratch.input_plane());
  }
  for (int64_t point = 0; point < kWinogradPoints; ++point) {
    for (int64_t column = 0; column < pass.out_channels; column += 2 * kLanes) {
      const int64_t width = panel_width(column, pass.out_channels);
      Operands operands;
      operands.rows = inputs + point * scratch.input_plane();
      operands.row_stride = scratch.input_row;
      operands.row_step_stride = kStep;
      operands.columns =
          static_cast<const Element*>(pass.kernel) + panel_offset(point, column, pass.in_channels, pass.out_channels);
      operands.column_step_stride = width * kStep;
      operands.steps = pass.in_channels / kStep;
      operands.products = products + point * scratch.product_plane() + column;
      operands.product_stride = scratch.product_row;
      multiply_panel</*Adds=*/false>(scratch.tiles, width, operands);
    }
  }
  for (int64_t tile = first; tile < last; ++tile) {
    write_tile(pass, tile, products + (tile - first) * scratch.product_row, scratch.product_plane());
  }
}

// ---- pooling
// ----------------------------------------------------------------------------------------------------------

Vector larger(Vector a, Vector b) { return a > b ? a : b; }

void max_pool(const PoolingPass& pass, int64_t first, int64_t last) {
  const int64_t pixel = pass.channels, row = pass.width * pixel, columns = pass.width / 2;
  for (int64_t y = first; y < last; ++y) {
    for (int64_t x = 0; x < columns; ++x) {
      const Element* from = static_cast<const Element*>(pass.input) + 2 * y * row + 2 * x * pixel;
      Element* to = static_cast<Element*>(pass.output) + (y * columns + x) * pixel;
      for (int64_t c = 0; c < pixel; c += kLanes) {
        store(to + c, larger(larger(load(from + c), load(from + pixel + c)),
                             larger(load(from + row + c), load(from + row + pixel + c))));
      }
    }
  }
}

/// What the ReLU lets through of the gradients that reach its output at one place.
void write_gradient(const PoolingPass& pass, int64_t at, Vector output, Vector gradient) {
  if (pass.addend) gradient += load(static_cast<const Element*>(pass.addend) + at);
  store(static_cast<Element*>(pass.input_gradient) + at, output > 0 ? gradient : Vector{});
}

/// Rows and columns of an odd edge, which no window covers.
void write_uncovered(const PoolingPass& pass, int64_t y, int64_t x) {
  const int64_t at = (y * pass.width + x) * pass.channels;
  for (int64_t c = 0; c < pass.channels; c += kLanes) {
    write_gradient(pass, at + c, load(static_cast<const Element*>(pass.input) + at + c), Vector{});
  }
}

void max_pool_backward(const PoolingPass& pass, int64_t first, int64_t last) {
  const int64_t pixel = pass.channels, row = pass.width * pixel, columns = pass.width / 2;
  const Element* input = static_cast<const Element*>(pass.input);
  for (int64_t y = first; y < last; ++y) {
    for (int64_t x = 0; x < columns; ++x) {
      const int64_t corner = 2 * y * row + 2 * x * pixel;
      const Element* from = static_cast<const Element*>(pass.gradient) + (y * columns + x) * pixel;
      for (int64_t c = 0; c < pixel; c += kLanes) {
        const int64_t at[4] = {corner + c, corner + pixel + c, corner + row + c, corner + row + pixel + c};
        const Vector output[4] = {load(input + at[0]), load(input + at[1]), load(input + at[2]), load(input + at[3])};
        const Vector maximum = larger(larger(output[0], output[1]), larger(output[2], output[3]));
        Vector left = load(from + c);  // until a place has taken it
        for (int64_t i = 0; i < 4; ++i) {
          const auto takes = output[i] == maximum;
          write_gradient(pass, at[i], output[i], takes ? left : Vector{});
          left = takes ? Vector{} : left;
        }
      }
    }
    if (pass.width % 2 != 0) {
      write_uncovered(pass, 2 * y, pass.width - 1);
      write_uncovered(pass, 2 * y + 1, pass.width - 1);
    }
  }
  if (pass.height % 2 != 0 && last == pass.height / 2) {
    for (int64_t x = 0; x < pass.width; ++x) write_uncovered(pass, pass.height - 1, x);
  }
}

}  // namespace

extern const CpuKernels kernels;
const CpuKernels kernels = {STYLER_TEXT(STYLER_KERNELS), pack_kernel, scratch_bytes, convolve,           max_pool,
                            max_pool_backward,           gram,        pack_matrix,   multiply_positions, &cell_kernels};

}  // namespace styler::STYLER_KERNELS
