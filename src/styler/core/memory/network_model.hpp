#pragma once

#include <cstdint>
#include <vector>

#include "styler/core/memory/plan.hpp"

namespace styler {

/// What one stretch of the network takes. It follows the network's way step by step instead of rounding to bytes per
/// pixel, so that odd edges, other layers and other stretches come out right.
struct StretchMemory {
  int64_t activations_bytes = 0;  ///< In all, buffers included that wait to be used again.
  int64_t gradient_bytes = 0;     ///< The largest gradient of a loss with respect to features, which comes on top.
  int64_t output_bytes = 0;       ///< Of what the last pooling puts out.
};

/// A stretch of whole blocks over a picture, or over the part of one.
struct Stretch {
  int first_block = 1;
  int last_block = 5;
  Size size;  ///< In pixels of the picture, also where the stretch begins deeper.
  /// Keep what the way back needs.
  bool way_back = true;
};

/// \param taps  the layers whose features are looked at, shallow to deep, each once; no block behind the last is run.
StretchMemory stretch_memory(const Stretch& stretch, const std::vector<Layer>& taps, const NetworkMemory& network);

/// The blocks that are run for these layers.
int blocks_in_use(const std::vector<Layer>& taps);

/// The largest tile with its margins; the whole picture without tiles.
Size largest_tile(Size picture, const Tiling& tiling, const std::vector<Layer>& taps);

/// The time of an evaluation with tiles compared with one without, as far as convolutions go: forward twice and back
/// once over the head, margins included.
double evaluation_factor(Size picture, const Tiling& tiling, const std::vector<Layer>& taps);

}  // namespace styler
