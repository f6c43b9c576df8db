#pragma once

#include <cstdint>
#include <optional>

#include "styler/base/text/names.hpp"
#include "styler/options/colour_options.hpp"
#include "styler/options/machine/memory_options.hpp"
#include "styler/options/objective_options.hpp"
#include "styler/options/optimizer_options.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// Everything that decides what a run computes, beside the pictures and the network.
struct StylizeOptions {
  ScheduleOptions schedule;
  ObjectiveOptions objective;
  OptimizerOptions optimizer;
  MemoryOptions memory;
  /// Size of the style picture relative to the content's, by long edges. The style is never enlarged.
  double style_scale = 1.0;
  /// Whose colours the result has.
  ColourMode colour = ColourMode::Style;
  /// Seed of the noise that `init = noise` starts from. Drawn on the CPU: the same on every device.
  uint64_t seed = 0;

  /// MemoryOptions::tile; but never tiles of a tileable picture, which would see across its edges, nor where the style
  /// loss needs whole layers.
  std::optional<int64_t> tile() const {
    return schedule.tileable || needs_whole_layers(objective.style_loss) ? 0 : memory.tile;
  }

  /// \throws Error{InvalidArgument} naming the field, its value, the constraint and the remedy.
  void validate() const;
};

/// Where the optimisation starts.
enum class Init {
  Content,  ///< The content picture.
  Noise,    ///< Gaussian noise on grey.
  Picture,  ///< A picture of the caller's.
};

inline constexpr Names<Init, 3> kInits{
    {{{Init::Content, "content"}, {Init::Noise, "noise"}, {Init::Picture, "picture"}}}};

}  // namespace styler
