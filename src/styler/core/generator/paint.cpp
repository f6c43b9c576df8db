#include "styler/core/generator/paint.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/generator/fast_generator.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

constexpr int64_t kSquareEdge = 256;

int64_t in_units(int64_t edge, const Generator& generator) {
  const int64_t unit = generator.unit();
  return std::max(generator.least_edge(), (edge + unit - 1) / unit * unit);
}

/// Part of an axis, and what is looked at for it.
struct Span {
  int64_t first, length, seen_first, seen_length;
};

/// All see as much, those at an end further to the other side, so that buffers of one size serve them all.
std::vector<Span> spans(int64_t length, int64_t part_edge, const Generator& generator) {
  const int64_t unit = generator.unit(), reach = generator.reach();
  const int64_t count = (length + part_edge - 1) / part_edge;
  const auto place = [&](int64_t i) { return i == count ? length : length * i / count / unit * unit; };
  int64_t longest = 0;
  for (int64_t i = 0; i < count; ++i) longest = std::max(longest, place(i + 1) - place(i));
  const int64_t seen_length = std::min(length, longest + 2 * reach);
  std::vector<Span> result;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t seen_first = std::clamp<int64_t>(place(i) - reach, 0, length - seen_length);
    result.push_back({place(i), place(i + 1) - place(i), seen_first, seen_length});
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

/// Who paints, on whatever device the photo is: the generator, or a fast one in its place.
class Painter {
 public:
  Painter(const Generator& generator, const PaintOptions& options)
      : generator_(generator),
        device_(generator.numbers().device()),
        fast_(options.fast ? make_fast_generator(generator, options.dtype) : nullptr) {}

  const Generator& generator() const { return generator_; }
  at::Tensor run(const at::Tensor& photo) const {
    const at::Tensor here = photo.to(device_);
    return (fast_ ? fast_->run(here) : generator_.run(here)).to(photo.device());
  }
  at::Tensor run(const at::Tensor& photo, const NormStatistics& statistics) const {
    const at::Tensor here = photo.to(device_);
    return (fast_ ? fast_->run(here, statistics) : generator_.run(here, statistics)).to(photo.device());
  }
  NormStatistics statistics(const at::Tensor& photos) const {
    const at::Tensor here = photos.to(device_);
    return fast_ ? fast_->statistics(here) : generator_.statistics(here);
  }

 private:
  const Generator& generator_;
  at::Device device_;
  std::unique_ptr<FastGenerator> fast_;
};

Size in_units(Size size, const Generator& generator) {
  return {in_units(size.height, generator), in_units(size.width, generator)};
}

bool is_sampled(Size size, const PaintOptions& options) {
  return size.height * size.width > options.sampled_pixels && std::min(size.height, size.width) >= kSquareEdge;
}

NormStatistics statistics_of(const Painter& painter, const at::Tensor& photo, const PaintOptions& options) {
  const Size size = picture_size(photo);
  if (is_sampled(size, options)) return painter.statistics(samples_of(photo, options.sampled_pixels));
  return painter.statistics(mirrored_to(photo, in_units(size, painter.generator())));
}

/// Copies of a part, which lies at `top` and `left` of a picture that was mirrored to `whole`, what is the picture.
void put_into(const at::Tensor& picture, Size whole, const at::Tensor& part, int64_t top, int64_t left) {
  const Size size = picture_size(picture), own = picture_size(part);
  const int64_t above = (whole.height - size.height) / 2, before = (whole.width - size.width) / 2;
  const int64_t first_row = std::max(top, above), end_row = std::min(top + own.height, above + size.height);
  const int64_t first_column = std::max(left, before), end_column = std::min(left + own.width, before + size.width);
  if (first_row >= end_row || first_column >= end_column) return;
  const auto within = [&](const at::Tensor& tensor, int64_t y, int64_t x) {
    return tensor.narrow(2, first_row - y, end_row - first_row).narrow(3, first_column - x, end_column - first_column);
  };
  within(picture, above, before).copy_(within(part, top, left));
}

}  // namespace

NormStatistics picture_statistics(const Generator& generator, const at::Tensor& photo, const PaintOptions& options) {
  const at::NoGradGuard no_grad;
  return statistics_of(Painter(generator, options), photo, options);
}

NormStatistics pooled_statistics(const std::vector<NormStatistics>& pictures) {
  STYLER_ASSERT(!pictures.empty());
  const auto count = static_cast<double>(pictures.size());
  NormStatistics pooled;
  for (size_t norm = 0; norm < pictures.front().means.size(); ++norm) {
    at::Tensor mean = at::zeros_like(pictures.front().means[norm]), square = at::zeros_like(mean);
    for (const NormStatistics& picture : pictures) {
      mean += picture.means[norm] / count;
      square += (picture.variances[norm] + picture.means[norm].square()) / count;
    }
    pooled.variances.push_back((square - mean.square()).clamp_min(0));
    pooled.means.push_back(mean);
  }
  return pooled;
}

at::Tensor paint(const Generator& generator, const at::Tensor& photo, const PaintOptions& options,
                 const PaintProgress& progress) {
  STYLER_ASSERT(options.part_edge >= generator.least_edge() && options.part_edge % generator.unit() == 0);
  const at::NoGradGuard no_grad;
  const Size size = picture_size(photo), whole = in_units(size, generator);
  const bool is_one_part = whole.height <= options.part_edge && whole.width <= options.part_edge;
  if (is_one_part && !is_sampled(size, options)) {  // whose own statistics are the picture's
    const at::Tensor painted = Painter(generator, options).run(mirrored_to(photo, whole));
    if (progress && progress(1) == Control::Stop) return {};
    return middle_of(painted, size).contiguous();
  }
  // By a painter of its own: the memory that the samples take is more than a part wants, and goes with it.
  return paint(generator, photo, picture_statistics(generator, photo, options), options, progress);
}

at::Tensor paint(const Generator& generator, const at::Tensor& photo, const NormStatistics& statistics,
                 const PaintOptions& options, const PaintProgress& progress) {
  STYLER_ASSERT(options.part_edge >= generator.least_edge() && options.part_edge % generator.unit() == 0);
  const at::NoGradGuard no_grad;
  const Size size = picture_size(photo), whole = in_units(size, generator);
  const std::vector<Span> rows = spans(whole.height, options.part_edge, generator);
  const std::vector<Span> columns = spans(whole.width, options.part_edge, generator);
  const Painter painter(generator, options);
  at::Tensor result = at::empty_like(photo, at::MemoryFormat::Contiguous);
  double done = 0;
  const auto parts = static_cast<double>(rows.size() * columns.size());
  for (const Span& row : rows) {
    for (const Span& column : columns) {
      const at::Tensor seen =
          mirrored_part(photo, whole, row.seen_first, column.seen_first, {row.seen_length, column.seen_length});
      const at::Tensor painted = painter.run(seen, statistics);
      const at::Tensor part = painted.narrow(2, row.first - row.seen_first, row.length)
                                  .narrow(3, column.first - column.seen_first, column.length);
      put_into(result, whole, part, row.first, column.first);
      if (progress && progress(++done / parts) == Control::Stop) return {};
    }
  }
  return result;
}

}  // namespace styler
