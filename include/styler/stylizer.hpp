#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "styler/device.hpp"
#include "styler/features.hpp"
#include "styler/memory_plan.hpp"
#include "styler/objective.hpp"
#include "styler/observer.hpp"
#include "styler/optimizer.hpp"
#include "styler/picture.hpp"
#include "styler/run_state.hpp"
#include "styler/schedule.hpp"
#include "styler/style_target_cache.hpp"
#include "styler/stylize_options.hpp"

namespace styler {

/// A picture whose style is taken.
struct StyleSource {
  Picture picture;
  double weight = 1.0;      ///< Its share; shares are divided by their sum.
  double scale = 1.0;       ///< Multiplies StylizeOptions::style_scale for this picture.
  std::string name{};       ///< For messages; may be empty.
  std::string cache_key{};  ///< What `picture` is called in the cache; the same key, the same picture.
};

/// The pictures of one run, on any device and of any size. What is transparent counts neither for content nor style.
struct StylizeInput {
  /// Its colour undefined: no content, only a texture in the style of `style`. Then `init` is not Content.
  Picture content;
  std::vector<StyleSource> styles;  ///< At least one; blended as ObjectiveOptions::style_blend says.
  Init init = Init::Content;
  /// Without content, the shape and, for ScheduleOptions::size 0, the size of the texture.
  Size texture{};
  Picture init_picture;  ///< For Init::Picture only; resized to the content's size. Its alpha is of no account.

  /// Where style targets are looked for before they are computed, and put afterwards; must be on this network and
  /// objective. nullptr: nowhere. Not used where StylizeOptions::color makes them depend on the content.
  StyleTargetCache* style_cache = nullptr;
};

/// The sizes of the styles, for memory_plan.hpp and schedule.hpp.
std::vector<StyleExtent> style_extents(const StylizeInput& input);
/// The size that a schedule begins with: the content's own, or the texture's.
Size original_size(const StylizeInput& input);

struct StylizeResult {
  /// The size asked for, even when the run was stopped early. Its alpha is the content's.
  Picture picture;
  std::vector<ScaleResult> scales;  ///< One per scale that was begun.
  /// Before its end: the observer asked for it, or memory ran out; the last scale's summary tells which. The picture is
  /// the best so far.
  bool stopped = false;
  /// Of `picture` after rounding to 8 bits, under the objective of the last scale: what a file will hold. Close to the
  /// last scale's final_loss thanks to the range penalty. Zero when the run was stopped before the last scale, or there
  /// was no memory to compute it in.
  /// With ColourMode::Luminance of the grey picture that was optimised.
  LossBreakdown saved_loss;
};

/// Gatys' method, coarse to fine. At each scale the objective is minimised from the coarser result; what is carried up
/// is its change against the content, x_fine = content_fine + enlarge(x_coarse − content_coarse), so that the photo's
/// own detail comes back at every scale while strokes of the coarse scales stay. With a start of the caller's it is the
/// change against that picture; with noise the picture itself is enlarged.
///
/// StylizeOptions::color says whose colours the result has; see color_options.hpp.
///
/// A picture that is narrower than the network can see (1:50, say) is continued by its mirror image while it is worked
/// on.
///
/// Without content the picture is a texture: it has no content term, and the range penalty is scaled by the style term
/// of flat grey.
///
/// The same inputs, options, device and thread count give the same bytes on the CPU, also when the run goes on from the
/// state of one that had the same. The time limit is for this call alone.
/// When memory runs out on the way, the run goes on from where it was with smaller tiles, or from its last good iterate
/// with less history, and the observer is warned; scales that are still to come are planned anew with less. When no
/// plan is small enough, what was painted so far is the result. Where the system promises more memory than it has, as
/// Linux does, and in a control group the process may be killed instead: only the budget helps there.
/// \param network  pads Circular if and only if the result is to be tileable.
/// \param budget  what to plan every scale for; with the default nothing is tiled unless the options say so.
/// \param from    a state that an observer was given, to go on from; on any device. Its tensors are copied and let go.
///                Its plans are kept where they fit the budget; else smaller ones are made, with a warning.
/// \throws Error{InvalidArgument} for shares and scales of styles out of range;
///         Error{Input} when a picture is too small or has nothing visible, or `from` is of a run with other sizes or
///         iterations; Error{Memory} when the budget is too small, or memory ran out before anything was painted in
///         this call.
StylizeResult stylize(const FeatureExtractor& network, const ComputeDevice& device, const StylizeInput& input,
                      const StylizeOptions& options, Observer& observer, const MemoryBudget& budget = {},
                      std::optional<RunState> from = std::nullopt);

}  // namespace styler
