#pragma once

#include <cstdint>
#include <optional>

#include "styler/color_options.hpp"
#include "styler/memory_options.hpp"
#include "styler/objective_options.hpp"
#include "styler/optimizer_options.hpp"
#include "styler/schedule.hpp"

namespace styler {

/// Everything that decides what a run computes, beside the pictures and the network.
struct StylizeOptions {
  ScheduleOptions schedule;
  ObjectiveOptions objective;
  OptimizerOptions optimizer;
  MemoryOptions memory;
  /// Size of the style picture relative to the content's, by long edges. The style is never enlarged.
  double style_scale = 1.0;
  /// Multiplies style_weight at every scale but the finest. What is painted there stays: with 1 the painting's large
  /// figures come in, and from noise they take the place of the photo's forms, so that the content loss stays high;
  /// with less the photo's are there first. Preset neural-style, three scales up to 512 px: from noise 0.03 reaches
  /// after 104 iterations per scale what 1 reaches after 152; from the photo, at 256 px, 1 is 1 % better. Not for
  /// textures, whose style it would only weaken beside the smoothness.
  double coarse_style = 1.0;
  /// Whose colours the result has.
  ColourMode color = ColourMode::Style;
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

}  // namespace styler
