#include "styler/core/kernels/cell_convolution.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/kernels/parallel.hpp"

namespace styler {
namespace {

/// Into how many parts rows are divided for sums over them: not by threads, lest the sums depend on these.
constexpr int64_t kSumParts = 8;
/// Into how many a sheet's rows are divided at most.
constexpr int64_t kRowParts = 64;
constexpr int64_t kWinogradTiles = 24;

char* bytes_at(const at::Tensor& memory, int64_t element) {
  return static_cast<char*>(memory.data_ptr()) + element * static_cast<int64_t>(memory.element_size());
}

/// Calls `work(first, last)` for about even parts of `count`.
void for_each_part(int64_t count, int64_t parts, const std::function<void(int64_t, int64_t)>& work) {
  parts = std::min(count, parts);
  for_each_in_turn(parts, [&](int64_t i) { work(count * i / parts, count * (i + 1) / parts); });
}

}  // namespace

void* Sheet::whole_row(int64_t picture, int64_t y) const {
  return bytes_at(memory, (picture * (height + 2 * margin) + y + margin) * row_elements());
}

void* Sheet::row(int64_t picture, int64_t y) const {
  return bytes_at(memory, (picture * (height + 2 * margin) + y + margin) * row_elements() + margin * channels);
}

Sheet make_sheet(BufferPool& pool, at::ScalarType dtype, int64_t pictures, int64_t channels, at::IntArrayRef size,
                 int64_t margin) {
  STYLER_ASSERT(size.size() == 2 && channels % 4 == 0);
  return {pool.channels_last(channels, pictures * (size[0] + 2 * margin), size[1] + 2 * margin, dtype),
          pictures,
          channels,
          size[0],
          size[1],
          margin};
}

void for_each_row(const Sheet& sheet, const std::function<void(int64_t picture, int64_t y)>& work) {
  for_each_part(sheet.pictures * sheet.height, kRowParts, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) work(row / sheet.height, row % sheet.height);
  });
}

// ---- layouts
// ----------------------------------------------------------------------------------------------------------

int64_t CellConvolution::Layout::panel() const {
  // The positions of a cell look at different parts of its window, which a panel of both would see whole.
  const bool is_wide =
      columns() % (2 * kCellColumns) == 0 && (positions == 1 || out_channels % (2 * kCellColumns) == 0);
  return is_wide ? 2 * kCellColumns : kCellColumns;
}

int64_t CellConvolution::Layout::matrix_size() const {
  int64_t rows = 0;
  for (const CellPass::Phase& phase : phases) rows += phase.rows;
  return rows * window * in_channels * columns();
}

int64_t CellConvolution::Layout::entry(const Tap& tap, int64_t in_channel) const {
  int64_t rows = tap.row;
  for (int64_t i = 0; i < tap.phase; ++i) rows += phases[static_cast<size_t>(i)].rows;
  return ((rows * window + tap.position) * in_channels + in_channel) * columns() + tap.output * out_channels;
}

CellPass::Part CellConvolution::Layout::part(int64_t index) const {
  const int64_t first_output = index * panel() / out_channels;
  const int64_t last_output = ((index + 1) * panel() - 1) / out_channels;
  int64_t begin = window, end = 0;
  for (const Tap& tap : taps) {
    if (tap.output < first_output || tap.output > last_output) continue;
    begin = std::min(begin, tap.position);
    end = std::max(end, tap.position + 1);
  }
  return {begin * in_channels, (end - begin) * in_channels};
}

CellPass CellConvolution::Layout::pass(const Sheet& input, const Sheet& output) const {
  STYLER_ASSERT(input.channels == in_channels && output.channels == out_channels);
  CellPass pass;
  pass.input_row = input.row_elements();
  pass.row_step = row_step;
  pass.cell_step = step * in_channels;
  pass.window = window * in_channels;
  pass.phases = static_cast<int64_t>(phases.size());
  std::ranges::copy(phases, pass.phase);
  pass.columns = columns();
  pass.panel = panel();
  STYLER_ASSERT(pass.columns % pass.panel == 0 && pass.columns / pass.panel <= kMostCellPanels);
  for (int64_t i = 0; i < pass.columns / pass.panel; ++i) pass.parts[i] = part(i);
  pass.output_row = output.row_elements();
  return pass;
}

CellConvolution::Layout CellConvolution::forward_layout(Resizing resizing, int64_t edge,
                                                        std::array<int64_t, 2> channels) {
  Layout layout;
  layout.in_channels = channels[0];
  layout.out_channels = channels[1];
  if (resizing == Resizing::Doubling) {
    // The two small positions that a large one's three come from, for even rows and for odd ones.
    layout.phases = {{.first_row = 0, .rows = 2}, {.first_row = 1, .rows = 2}};
    layout.positions = 2;
    layout.window = 3;
    for (int64_t odd_y = 0; odd_y < 2; ++odd_y) {
      for (int64_t odd_x = 0; odd_x < 2; ++odd_x) {
        for (int64_t y = 0; y < edge; ++y) {
          for (int64_t x = 0; x < edge; ++x)
            layout.taps.push_back({odd_y, (y + 1 + odd_y) / 2 - odd_y, (x + 1 + odd_x) / 2, odd_x, y, x});
        }
      }
    }
    return layout;
  }
  layout.positions = std::max<int64_t>(1, kCellColumns / layout.out_channels);
  layout.row_step = resizing == Resizing::Halving ? 2 : 1;
  layout.step = layout.row_step * layout.positions;
  layout.window = edge + (layout.positions - 1) * layout.row_step;
  layout.phases = {{.rows = edge}};
  for (int64_t output = 0; output < layout.positions; ++output) {
    for (int64_t y = 0; y < edge; ++y) {
      for (int64_t x = 0; x < edge; ++x) layout.taps.push_back({0, y, x + output * layout.row_step, output, y, x});
    }
  }
  return layout;
}

CellConvolution::Layout CellConvolution::backward_layout(Resizing resizing, int64_t edge,
                                                         std::array<int64_t, 2> channels) {
  Layout layout;
  layout.in_channels = channels[1];
  layout.out_channels = channels[0];
  if (resizing == Resizing::Same) {
    layout.positions = std::max<int64_t>(1, kCellColumns / layout.out_channels);
    layout.step = layout.positions;
    layout.window = edge + layout.positions - 1;
    layout.phases = {{.rows = edge}};
    for (int64_t output = 0; output < layout.positions; ++output) {
      for (int64_t y = 0; y < edge; ++y) {
        for (int64_t x = 0; x < edge; ++x)
          layout.taps.push_back({0, edge - 1 - y, edge - 1 - x + output, output, y, x});
      }
    }
  } else if (resizing == Resizing::Halving) {
    // An input at an even place, its margin counted, is seen by the first tap and the last, another by the middle one.
    layout.phases = {{.first_row = 0, .rows = 2}, {.first_row = 1, .rows = 1}};
    layout.positions = 2;
    layout.window = 2;
    for (int64_t y = 0; y < edge; ++y) {
      for (int64_t x = 0; x < edge; ++x) layout.taps.push_back({y % 2, y == 0 ? 1 : 0, x == 2 ? 0 : 1, x % 2, y, x});
    }
  } else {
    // Both rows and columns that a small position was enlarged to.
    layout.row_step = 2;
    layout.step = 2;
    layout.window = edge + 1;
    layout.phases = {{.rows = edge + 1}};
    for (int64_t copy_y = 0; copy_y < 2; ++copy_y) {
      for (int64_t copy_x = 0; copy_x < 2; ++copy_x) {
        for (int64_t y = 0; y < edge; ++y) {
          for (int64_t x = 0; x < edge; ++x)
            layout.taps.push_back({0, copy_y + edge - 1 - y, copy_x + edge - 1 - x, 0, y, x});
        }
      }
    }
  }
  return layout;
}

// ---- the convolution
// --------------------------------------------------------------------------------------------------

CellConvolution::CellConvolution(Resizing resizing, at::Tensor weight, std::array<int64_t, 2> channels,
                                 at::ScalarType dtype, const CpuKernels& kernels)
    : resizing_(resizing),
      weight_(std::move(weight)),
      dtype_(dtype),
      kernels_(kernels),
      is_winograd_(resizing == Resizing::Same && weight_.size(2) == 3),
      forward_(forward_layout(resizing, weight_.size(2), channels)),
      backward_(backward_layout(resizing, weight_.size(2), channels)) {
  STYLER_ASSERT(weight_.scalar_type() == at::kFloat && weight_.is_contiguous());
  STYLER_ASSERT(channels[0] >= weight_.size(1) && channels[1] >= weight_.size(0));
  STYLER_ASSERT(resizing == Resizing::Same || weight_.size(2) == 3);
  STYLER_ASSERT(!is_winograd_ || (channels[0] % kChannelGranularity == 0 && channels[1] % kChannelGranularity == 0 &&
                                  channels[0] == weight_.size(1) && channels[1] == weight_.size(0)));
}

int64_t CellConvolution::margin() const { return weight_.size(2) / 2; }

int64_t CellConvolution::gradient_margin() const {
  if (is_winograd_) return 0;
  return resizing_ == Resizing::Same ? weight_.size(2) - 1 : resizing_ == Resizing::Halving ? 1 : 3;
}

void CellConvolution::pack(const Layout& layout, bool is_way_back, at::Tensor& packed) const {
  const int64_t out = weight_.size(0), in = weight_.size(1), edge = weight_.size(2);
  const float* const weight = weight_.data_ptr<float>();
  std::vector<float> matrix(static_cast<size_t>(layout.matrix_size()));
  const int64_t rows = is_way_back ? out : in, columns = is_way_back ? in : out;
  const int64_t row_stride = edge * edge * (is_way_back ? in : 1), column_stride = edge * edge * (is_way_back ? 1 : in);
  for (const Layout::Tap& tap : layout.taps) {
    for (int64_t row = 0; row < rows; ++row) {
      float* const to = matrix.data() + layout.entry(tap, row);
      const float* const from = weight + row * row_stride + tap.y * edge + tap.x;
      for (int64_t column = 0; column < columns; ++column) to[column] += from[column * column_stride];
    }
  }
  if (!packed.defined()) packed = empty_on_huge_pages({layout.matrix_size()}, dtype_);
  int64_t at = 0, first_row = 0;
  const int64_t window = layout.window * layout.in_channels, panel = layout.panel();
  for (const CellPass::Phase& phase : layout.phases) {
    for (int64_t column = 0; column < layout.columns(); column += panel) {
      const CellPass::Part part = layout.part(column / panel);
      for (int64_t row = 0; row < phase.rows; ++row) {
        kernels_.cells->pack(matrix.data() + ((first_row + row) * window + part.first) * layout.columns() + column,
                             part.length, layout.columns(), panel, bytes_at(packed, at));
        at += part.length * panel;
      }
    }
    first_row += phase.rows;
  }
}

void CellConvolution::pack_winograd(const KernelTaps& taps, at::Tensor& packed) const {
  if (!packed.defined()) packed = empty_on_huge_pages({kWinogradPoints * taps.in_channels * taps.out_channels}, dtype_);
  kernels_.pack_kernel(taps, 0, taps.out_channels, packed.data_ptr());
}

void CellConvolution::pack_forward() {
  if (!is_winograd_) return pack(forward_, /*is_way_back=*/false, packed_forward_);
  pack_winograd({weight_.data_ptr<float>(), weight_.size(1), weight_.size(0), weight_.stride(1), weight_.stride(0)},
                packed_forward_);
}

void CellConvolution::pack_backward() {
  if (!is_winograd_) return pack(backward_, /*is_way_back=*/true, packed_backward_);
  pack_winograd({weight_.data_ptr<float>(), weight_.size(0), weight_.size(1), weight_.stride(0), weight_.stride(1),
                 /*turned=*/true},
                packed_backward_);
}

void CellConvolution::run(const Layout& layout, const at::Tensor& packed, CellPass pass, const Sheet& input,
                          const Sheet& output, int64_t rows) const {
  int64_t at = 0;
  for (int64_t i = 0; i < pass.phases; ++i) {
    pass.phase[i].kernel = bytes_at(packed, at);
    for (int64_t panel = 0; panel < pass.columns / pass.panel; ++panel) {
      at += pass.phase[i].rows * pass.parts[panel].length * pass.panel;
    }
  }
  pass.cells = output.row_elements() / layout.columns();
  STYLER_ASSERT(pass.cells * layout.columns() == output.row_elements());
  const auto of_picture = [&](int64_t picture) {
    CellPass result = pass;
    result.input = input.whole_row(picture, -input.margin);
    result.output = output.whole_row(picture, -output.margin);
    return result;
  };
  for_each_part(output.pictures * rows, kRowParts, [&](int64_t first, int64_t last) {
    while (first < last) {
      const int64_t picture = first / rows, end = std::min(last, (picture + 1) * rows);
      kernels_.cells->convolve(of_picture(picture), first - picture * rows, end - picture * rows);
      first = end;
    }
  });
}

void CellConvolution::run_winograd(const at::Tensor& packed, const Sheet& input, const Sheet& output,
                                   bool is_way_back) const {
  ConvolutionPass pass;
  pass.kernel = packed.data_ptr();
  pass.in_channels = input.channels;
  pass.out_channels = output.channels;
  pass.input_height = input.height + 2 * input.margin;
  pass.input_width = input.width + 2 * input.margin;
  pass.height = output.height + 2 * output.margin;
  pass.width = output.width + 2 * output.margin;
  pass.row_shift = is_way_back ? -1 : 1;
  pass.column_shift = pass.row_shift;
  const auto along = [](int64_t edge) { return (edge + kWinogradOutput - 1) / kWinogradOutput; };
  const int64_t tiles = along(pass.height) * along(pass.width);
  const int64_t wanted = input.channels >= 128 ? 2 * kWinogradTiles : kWinogradTiles;
  const int64_t blocks = std::max<int64_t>(1, tiles / wanted);
  const size_t scratch = kernels_.scratch_bytes(pass, (tiles + blocks - 1) / blocks);
  for_each_in_turn(output.pictures * blocks, [&](int64_t i) {
    ConvolutionPass of_picture = pass;
    of_picture.input = input.whole_row(i / blocks, -input.margin);
    of_picture.output = output.whole_row(i / blocks, -output.margin);
    kernels_.convolve(of_picture, tiles * (i % blocks) / blocks, tiles * (i % blocks + 1) / blocks,
                      thread_scratch(scratch));
  });
}

void CellConvolution::forward(const Sheet& input, const Sheet& output, bool wide) const {
  STYLER_ASSERT(input.margin == margin() && output.margin == 0 && packed_forward_.defined());
  if (is_winograd_) {
    STYLER_ASSERT(!wide);
    run_winograd(packed_forward_, input, output, /*is_way_back=*/false);
    return;
  }
  CellPass pass = forward_.pass(input, output);
  pass.wide = wide;
  run(forward_, packed_forward_, pass, input, output, output.height);
}

void CellConvolution::input_gradient(const Sheet& gradient, const Sheet& result) const {
  STYLER_ASSERT(gradient.margin == gradient_margin() && result.margin == margin() && packed_backward_.defined());
  if (is_winograd_) {
    run_winograd(packed_backward_, gradient, result, /*is_way_back=*/true);
    return;
  }
  run(backward_, packed_backward_, backward_.pass(gradient, result), gradient, result,
      result.height + 2 * result.margin);
}

void CellConvolution::weight_gradient(const Sheet& input, const Sheet& gradient, BufferPool& pool, float* to) const {
  STYLER_ASSERT(input.pictures == 1 && gradient.pictures == 1 && input.margin == margin());
  CellPass pass = forward_.pass(input, gradient);
  pass.input = input.whole_row(0, -input.margin);
  pass.output = gradient.row(0, 0);
  pass.cells = gradient.width / forward_.positions;
  if (resizing_ == Resizing::Doubling) pass.cells = gradient.width / 2;
  const int64_t size = forward_.matrix_size(), parts = std::min(kSumParts, gradient.height);
  const at::Tensor sums = pool.channels_last(1, parts, size, at::kFloat);
  float* const all = sums.data_ptr<float>();
  const size_t scratch = kernels_.cells->weight_scratch_bytes(pass);
  for_each_in_turn(parts, [&](int64_t i) {
    float* const own = all + i * size;
    std::fill_n(own, size, 0.0F);
    kernels_.cells->add_weight_gradient(pass, gradient.height * i / parts, gradient.height * (i + 1) / parts, own,
                                        thread_scratch(scratch));
  });
  for_each_part(size, kSumParts, [&](int64_t first, int64_t last) {
    for (int64_t part = 1; part < parts; ++part) {
      for (int64_t i = first; i < last; ++i) all[i] += all[part * size + i];
    }
  });
  const int64_t out = weight_.size(0), in = weight_.size(1), edge = weight_.size(2);
  std::fill_n(to, weight_.numel(), 0.0F);
  for (const Layout::Tap& tap : forward_.taps) {
    for (int64_t i = 0; i < in; ++i) {
      const float* const from = all + forward_.entry(tap, i);
      float* const at = to + (i * edge + tap.y) * edge + tap.x;
      for (int64_t o = 0; o < out; ++o) at[o * in * edge * edge] += from[o];
    }
  }
}

}  // namespace styler
