#pragma once

#include "styler/base/text/names.hpp"

namespace styler {

/// What the network's convolutions find just beyond the edges of their input.
enum class Padding {
  /// Zeros, in all layers: what VGG19 was trained with, and what other tools have. To the first layer that is a frame
  /// in the mean colour of its training pictures, which the optimiser answers to with streaks along the border.
  ///
  /// Contrast between the first and second, and the second and third row from the border, against that further in
  /// (photos in a painting's style, eight pairs at 224 px, 40 iterations): 0.89 and 1.23 with zeros, 0.97 and 1.14 with
  /// Replicate, 0.78 and 1.08 with Reflect.
  Zero,
  Replicate,  ///< The edge itself, in the first layers; deeper, where one position is many pixels, zeros.
  Reflect,    ///< The neighbour of the edge, in the same layers.
  Circular,   ///< The opposite side, in all layers: the picture has no edges, it is a torus.
};

inline constexpr Names<Padding, 4> kPaddings{{{{Padding::Zero, "zero"},
                                               {Padding::Replicate, "replicate"},
                                               {Padding::Reflect, "reflect"},
                                               {Padding::Circular, "circular"}}}};

/// Those of a picture with edges: the torus is another thing that one asks for.
inline constexpr Names<Padding, 3> kEdgePaddings = kPaddings.first<3>();

}  // namespace styler
