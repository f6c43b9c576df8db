#include "styler/core/generator/paint.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

constexpr int64_t kSquareEdge = 256;

int64_t in_units(int64_t edge) {
  return std::max(Generator::kLeastEdge, (edge + Generator::kUnit - 1) / Generator::kUnit * Generator::kUnit);
}

/// Part of an axis, and what is looked at for it.
struct Span {
  int64_t first, length, seen_first, seen_length;
};

std::vector<Span> spans(int64_t length, int64_t part_edge) {
  const int64_t count = (length + part_edge - 1) / part_edge;
  std::vector<Span> result;
  int64_t first = 0;
  for (int64_t i = 1; i <= count; ++i) {
    const int64_t end = i == count ? length : length * i / count / Generator::kUnit * Generator::kUnit;
    const int64_t seen_first = std::max<int64_t>(0, first - Generator::kReach);
    const int64_t seen_end = std::min(length, end + Generator::kReach);
    result.push_back({first, end - first, seen_first, seen_end - seen_first});
    first = end;
  }
  return result;
}

/// Where `count` squares begin along an axis so that they are spread evenly over it.
std::vector<int64_t> sample_places(int64_t length, int64_t count) {
  std::vector<int64_t> result;
  for (int64_t i = 0; i < count; ++i) {
    const double middle = static_cast<double>(length) * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    result.push_back(std::clamp<int64_t>(std::llround(middle) - kSquareEdge / 2, 0, length - kSquareEdge));
  }
  return result;
}

at::Tensor samples_of(const at::Tensor& photo, int64_t sampled_pixels) {
  const Size size = picture_size(photo);
  const double squares = static_cast<double>(sampled_pixels) / static_cast<double>(kSquareEdge * kSquareEdge);
  const double rows_wanted = std::sqrt(squares * static_cast<double>(size.height) / static_cast<double>(size.width));
  // A picture that is lower than a square is made of none above another.
  const int64_t rows = std::max<int64_t>(1, std::min<int64_t>(std::llround(rows_wanted), size.height / kSquareEdge));
  const int64_t columns =
      std::max<int64_t>(1, std::min<int64_t>(std::llround(squares) / rows, size.width / kSquareEdge));
  std::vector<at::Tensor> samples;
  for (const int64_t y : sample_places(size.height, rows)) {
    for (const int64_t x : sample_places(size.width, columns)) {
      samples.push_back(photo.narrow(2, y, kSquareEdge).narrow(3, x, kSquareEdge));
    }
  }
  return at::cat(samples);
}

}  // namespace

NormStatistics picture_statistics(const Generator& generator, const at::Tensor& photo, int64_t sampled_pixels) {
  const at::NoGradGuard no_grad;
  const Size size = picture_size(photo);
  if (size.height * size.width > sampled_pixels && std::min(size.height, size.width) >= kSquareEdge) {
    return generator.statistics(samples_of(photo, sampled_pixels));
  }
  return generator.statistics(mirrored_to(photo, {in_units(size.height), in_units(size.width)}));
}

at::Tensor paint(const Generator& generator, const at::Tensor& photo, const PaintOptions& options,
                 const PaintProgress& progress) {
  STYLER_ASSERT(options.part_edge >= Generator::kLeastEdge && options.part_edge % Generator::kUnit == 0);
  const at::NoGradGuard no_grad;
  const NormStatistics statistics = picture_statistics(generator, photo, options.sampled_pixels);
  const Size size = picture_size(photo);
  const at::Tensor whole = mirrored_to(photo, {in_units(size.height), in_units(size.width)});
  const at::Tensor result = at::empty_like(whole);
  const std::vector<Span> rows = spans(whole.size(2), options.part_edge);
  const std::vector<Span> columns = spans(whole.size(3), options.part_edge);
  double done = 0;
  const auto parts = static_cast<double>(rows.size() * columns.size());
  for (const Span& row : rows) {
    for (const Span& column : columns) {
      const at::Tensor seen =
          whole.narrow(2, row.seen_first, row.seen_length).narrow(3, column.seen_first, column.seen_length);
      const at::Tensor painted = generator.run(seen, statistics);
      result.narrow(2, row.first, row.length)
          .narrow(3, column.first, column.length)
          .copy_(painted.narrow(2, row.first - row.seen_first, row.length)
                     .narrow(3, column.first - column.seen_first, column.length));
      if (progress && progress(++done / parts) == Control::Stop) return {};
    }
  }
  return middle_of(result.clamp_(0, 1), size).contiguous();
}

}  // namespace styler
