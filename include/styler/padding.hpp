#pragma once

#include <string_view>

namespace styler {

/// What the network's convolutions find just beyond the edges of their input.
enum class Padding {
  /// Zeros, in all layers: what VGG19 was trained with, and what other tools have. To the first layer that is a frame
  /// in the mean colour of its training pictures, which the optimiser answers to. Textures of 96 px (two paintings, six
  /// seeds each): contrast between the second and third pixel from the border against that further in is +12 and +20 %
  /// with zeros, +4 % with the others; grain along the outermost row is -10 and -15 % with Replicate, +2 % with
  /// Reflect.
  Zero,
  Replicate,  ///< The edge itself, in the first layers; deeper, where one position is many pixels, zeros.
  Reflect,    ///< The neighbour of the edge, in the same layers.
  Circular,   ///< The opposite side, in all layers: the picture has no edges, it is a torus.
};

/// `zero`, `replicate`, `reflect`, `circular`.
constexpr std::string_view padding_name(Padding padding) {
  switch (padding) {
    case Padding::Zero:
      return "zero";
    case Padding::Replicate:
      return "replicate";
    case Padding::Reflect:
      return "reflect";
    case Padding::Circular:
      break;
  }
  return "circular";
}

}  // namespace styler
