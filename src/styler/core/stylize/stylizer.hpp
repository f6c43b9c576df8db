#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "styler/core/compute/device.hpp"
#include "styler/core/loss/nearness.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/loss/style_target_cache.hpp"
#include "styler/core/memory/plan.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/optimizer/minimize.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/core/stylize/observer.hpp"
#include "styler/core/stylize/run_state.hpp"
#include "styler/options/scales.hpp"
#include "styler/options/stylize_options.hpp"

namespace styler {

/// A picture whose style is taken.
struct StyleSource {
  Picture picture;
  double weight = 1.0;      ///< Its share; shares are divided by their sum.
  double scale = 1.0;       ///< Multiplies StylizeOptions::style_scale for this picture.
  std::string name{};       ///< For messages; may be empty.
  std::string cache_key{};  ///< What `picture` is called in the cache; the same key, the same picture and share.
  size_t region = 0;        ///< Index into StylizeInput::regions; 0 where that is empty.
  /// [1, 1, h, w] in [0, 1], float32, of any size, stretched over the picture: how far each pixel of it belongs to what
  /// the region is painted like. Undefined: all of it does.
  at::Tensor region_share{};
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
  /// objective. nullptr: nowhere. Not used where StylizeOptions::colour makes them depend on the content.
  StyleTargetCache* style_cache = nullptr;

  /// Parts of the content, whose shares sum to 1 everywhere, each with the styles that name it. One without any stays
  /// the content: there the result is the content's own colours. Empty: all styles are for everything.
  std::vector<ContentRegion> regions{};

  /// What the result should be near to, of any size and on any device: of a film's frame what earlier ones lead to
  /// expect. Undefined: nothing.
  NearPicture near{};
  double near_weight = 1.0;  ///< As Objective::hold_near() has it.
  /// Whose colours StylizeOptions::colour gives the painting, where these are not the content's: a film's painting has
  /// the same in all frames. With it `style_cache` is used for every colour mode, and is of this picture alone.
  Picture colours_from{};

  const Picture& painting_colours() const { return colours_from.colour.defined() ? colours_from : content; }
};

/// Checks that every region with styles is large enough for the style layers at the finest scale, and so are its
/// styles. At coarser scales a region that is too small for a layer does without it.
/// \param min_edge  as FeatureExtractor has it.
/// \throws Error{Input} naming the region, the layer and the size.
void check_regions(const StylizeInput& input, const StylizeOptions& options, int64_t min_edge);

/// The sizes of the styles, for memory/plan.hpp and options/scales.hpp.
std::vector<StyleExtent> style_extents(const StylizeInput& input);
/// The size that a schedule begins with: the content's own, or the texture's.
Size original_size(const StylizeInput& input);

/// What the pictures have beside their colours, for memory/plan.hpp.
WeightMaps weight_maps(const StylizeInput& input);

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
/// StylizeOptions::colour says whose colours the result has; see colour_options.hpp. With regions a style's colours are
/// those of its part of the painting, and the content's those of the region.
///
/// With regions the objective looks at the picture as it will be: where a region has no style the content stands in it,
/// so that what the network sees beyond the border of a painted region is the content and not what is left of a start
/// from noise.
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
///         Error{Input} when a picture or region is too small or has nothing visible, or `from` is of a run with other
///         sizes or iterations; Error{Memory} when the budget is too small, or memory ran out before anything was
///         painted in this call.
StylizeResult stylize(const FeatureExtractor& network, const ComputeDevice& device, const StylizeInput& input,
                      const StylizeOptions& options, Observer& observer, const MemoryBudget& budget = {},
                      std::optional<RunState> from = std::nullopt);

}  // namespace styler
