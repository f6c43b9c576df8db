#include "styler/options/scales.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"

namespace styler {
namespace {

/// Where the default schedule starts: the coarsest scale is the first one below this long edge. Starting at 128 px lets
/// the largest forms of a painting (the swirls of a night sky) grow across the picture; below that VGG's deepest style
/// layer has too few positions for its Gram matrix to mean anything.
constexpr int64_t kCoarsestBelow = 256;

constexpr int64_t kLargestEdge = 65536;
constexpr int64_t kMostScales = 16;  // as many halvings as the largest edge has

/// Of the finest size's iterations one in so many has the coarse style. From noise, 512 px, preset neural-style with a
/// coarse style of 0.03: with none, a quarter, a third and nearly half of them, the bar of bench/README.md is reached
/// after 103, 84, 81 and 86 iterations there, give or take three.
constexpr int64_t kCoarseStylePart = 3;

/// A picture that is too narrow one way can be continued by its mirror image; one that is too small both ways has
/// nothing to show.
void check_long_edge(const std::string& which, Size size, int64_t min_edge) {
  if (size.long_edge() >= min_edge) return;
  throw Error(ErrorCode::Input, "the " + which + " is " + size_text(size) +
                                    " px, but the layers in use need a long edge of at least " +
                                    std::to_string(min_edge) + " px; use a larger picture");
}

int64_t divided_rounding(int64_t numerator, int64_t denominator) { return (numerator + denominator / 2) / denominator; }

Size rounded_to_multiples(Size size, int64_t unit) {
  const auto rounded = [unit](int64_t edge) { return std::max<int64_t>(1, divided_rounding(edge, unit)) * unit; };
  return {rounded(size.height), rounded(size.width)};
}

}  // namespace

void ScheduleOptions::validate() const {
  if (size < 0 || size > kLargestEdge) {
    throw Error(ErrorCode::InvalidArgument, "size is " + std::to_string(size) + " but must lie between 1 and " +
                                                std::to_string(kLargestEdge) +
                                                " pixels, or be 'original' for the photo's own");
  }
  if (scales < 0 || scales > kMostScales) {
    throw Error(ErrorCode::InvalidArgument, "scales is " + std::to_string(scales) + " but must lie between 1 and " +
                                                std::to_string(kMostScales) + "; leave it out for the default");
  }
  check_between("iterations", iterations, 1, kMostIterations);
  check_positive("coarse-style", coarse_style);
}

Size scaled_to_long_edge(Size original, int64_t long_edge) {
  STYLER_ASSERT(original.short_edge() >= 1 && long_edge >= 1);
  const int64_t from = original.long_edge();
  return {std::max<int64_t>(1, divided_rounding(original.height * long_edge, from)),
          std::max<int64_t>(1, divided_rounding(original.width * long_edge, from))};
}

std::vector<Scale> make_schedule(Size content, const ScheduleOptions& options, int64_t min_edge) {
  options.validate();
  const Size finest = options.size == 0 ? content : scaled_to_long_edge(content, options.size);
  check_long_edge("content picture", content, min_edge);  // enlarging it would pass the next check and give a blur
  if (finest.long_edge() < min_edge) {
    throw Error(ErrorCode::Input, "the content picture becomes " + size_text(finest) +
                                      " px, but the layers in use need a long edge of at least " +
                                      std::to_string(min_edge) + " px; use --size " + std::to_string(min_edge) +
                                      " or more");
  }

  const auto fitting = [&](Size size) { return options.tileable ? rounded_to_multiples(size, min_edge) : size; };
  std::vector<Size> sizes = {fitting(finest)};
  for (int64_t divisor = 2;; divisor *= 2) {
    const bool enough = options.scales > 0 ? static_cast<int64_t>(sizes.size()) >= options.scales
                                           : sizes.back().long_edge() < kCoarsestBelow;
    if (enough) break;
    const int64_t long_edge = divided_rounding(finest.long_edge(), divisor);
    if (long_edge < 1) break;
    const Size size = scaled_to_long_edge(content, long_edge);
    if (size.short_edge() < min_edge) break;
    sizes.push_back(fitting(size));
  }
  std::vector<Scale> scales;
  for (size_t i = sizes.size() - 1; i > 0; --i) scales.push_back({sizes[i], options.iterations, options.coarse_style});
  // The first iteration only evaluates.
  const int64_t part = options.coarse_style == 1 ? 0 : options.iterations / kCoarseStylePart;
  const int64_t coarse_iterations = part < 2 ? 0 : part;
  if (coarse_iterations > 0) scales.push_back({sizes.front(), coarse_iterations, options.coarse_style});
  scales.push_back({sizes.front(), options.iterations - coarse_iterations});
  return scales;
}

double share_of_time_left(const std::vector<Scale>& schedule, size_t index, int64_t iterations_done) {
  const auto work = [](const Scale& scale, int64_t done) {
    return static_cast<double>(scale.size.height) * static_cast<double>(scale.size.width) *
           static_cast<double>(scale.iterations - done);
  };
  const double work_here = work(schedule[index], iterations_done);
  double work_left = work_here;
  for (size_t i = index + 1; i < schedule.size(); ++i) work_left += work(schedule[i], 0);
  return work_here / work_left;
}

Size style_size(Size style, Size content, double style_scale, int64_t min_edge) {
  STYLER_ASSERT(style_scale > 0);
  check_long_edge("style picture", style, min_edge);
  const double wanted = std::round(static_cast<double>(content.long_edge()) * style_scale);
  const int64_t needed = (min_edge * style.long_edge() + style.short_edge() - 1) / style.short_edge();
  const double long_edge = std::clamp(wanted, static_cast<double>(std::min(needed, style.long_edge())),
                                      static_cast<double>(style.long_edge()));
  return scaled_to_long_edge(style, static_cast<int64_t>(long_edge));
}

std::vector<Size> style_sizes(const std::vector<StyleExtent>& styles, Size content, double style_scale,
                              int64_t min_edge) {
  std::vector<Size> sizes;
  for (const StyleExtent& style : styles) {
    if (!style.name.empty()) check_long_edge("style picture '" + style.name + "'", style.size, min_edge);
    sizes.push_back(style_size(style.size, content, style_scale * style.scale, min_edge));
  }
  return sizes;
}

std::string sizes_text(const std::vector<Size>& sizes) {
  std::string text;
  for (const Size size : sizes) text.append(text.empty() ? "" : ", ").append(size_text(size));
  return text;
}

}  // namespace styler
