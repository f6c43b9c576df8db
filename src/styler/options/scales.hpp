#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "styler/base/size.hpp"

namespace styler {

/// Of one size.
inline constexpr int64_t kMostIterations = 1'000'000;

/// How the work is spread over sizes.
struct ScheduleOptions {
  /// Long edge of the result in pixels, at most 65536; 0 keeps the photo's own size.
  int64_t size = 512;
  /// Number of sizes, each half of the next; 0 starts at the largest one whose long edge is below 256 px.
  int64_t scales = 0;
  /// Optimiser iterations at each size, at most a million. With the preconditioner 62 to 77 reach what 100 of plain
  /// L-BFGS do (three pairs of pictures, 128 and 256 px), which was the default chosen by eye.
  int64_t iterations = 75;
  /// The result fits beside itself: the network's padding must be Circular, so both edges become multiples of its
  /// deepest stride, at every size.
  bool tileable = false;
  /// Multiplies the style weight at every size but the finest, and there for the first third of the iterations. With 1
  /// the painting's own things (a seal, a face) come in at the coarse sizes where the photo is empty, and stay, and
  /// from noise they take the place of the photo's forms; with less these are there first, and soon, since no steep
  /// style loss decides about the steps. Preset neural-style, three sizes up to 512 px: from noise 0.03 reaches after
  /// 84 iterations at each what 1 reaches after 152 to 168. From the photo, at 256 px, 1 is 3 % better. Textures are
  /// painted with 1, since it would only weaken their style beside the smoothness.
  double coarse_style = 0.3;

  /// \throws Error{InvalidArgument}
  void validate() const;
};

/// One step of the schedule.
struct Scale {
  Size size;
  int64_t iterations = 0;
  double style_factor = 1.0;  ///< Multiplies the style weight.
  bool operator==(const Scale&) const = default;
};

/// `original` scaled so that its long edge is `long_edge`, rounded to the nearest pixel, at least 1 px each way.
Size scaled_to_long_edge(Size original, int64_t long_edge);

/// The scales of one run, coarse to fine; the last has exactly the size asked for, and so has the one before it where a
/// coarse style gets its part of the finest size's iterations. Sizes whose short edge would fall below `min_edge` are
/// left out, but for the finest: a narrow picture is continued by its mirror image there. For a tileable result every
/// edge is rounded to a multiple of `min_edge`, which is the deepest stride.
/// \throws Error{Input} when even the long edge of the content or of the last scale falls below `min_edge`; the message
/// names the smallest size that works.
std::vector<Scale> make_schedule(Size content, const ScheduleOptions& options, int64_t min_edge);

/// What part of the time that is left a scale may take: in proportion to the work, so that a limit shortens every scale
/// instead of leaving out the finest ones.
/// \param iterations_done  of the scale at `index`, which is in work.
double share_of_time_left(const std::vector<Scale>& schedule, size_t index, int64_t iterations_done);

/// The size at which a style picture is used beside a content of `content` size: long edges in the ratio
/// `style_scale`, short edge at least `min_edge` where the picture has that, never larger than `style` itself.
/// \throws Error{Input} when the style picture's long edge is below `min_edge`.
Size style_size(Size style, Size content, double style_scale, int64_t min_edge);

/// A style picture, as far as its size goes.
struct StyleExtent {
  Size size;           ///< Its own.
  double scale = 1.0;  ///< Multiplies StylizeOptions::style_scale.
  std::string name{};  ///< For messages; may be empty.
};

/// The size at which each of the pictures is used: see style_size().
/// \throws Error{Input} naming the picture whose long edge is below `min_edge`.
std::vector<Size> style_sizes(const std::vector<StyleExtent>& styles, Size content, double style_scale,
                              int64_t min_edge);

/// `512x384`, or `512x384, 200x300`.
std::string sizes_text(const std::vector<Size>& sizes);

}  // namespace styler
