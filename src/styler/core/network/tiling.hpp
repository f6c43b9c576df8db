#pragma once

#include <cstdint>

namespace styler {

/// How the network's way over a picture is divided, so that its memory need not grow with the picture.
///
/// The first blocks hold most of the activations and cost least: blocks 1 and 2 have two thirds of the memory and a
/// quarter of the products. They run tile by tile, once for the features and once more for the way back; what is
/// deeper runs once, on the whole picture. The result is the same as without tiles, but for rounding.
struct Tiling {
  /// How many blocks run tile by tile; 0: none. All that the network has: no part of it sees the whole picture.
  int blocks = 0;
  /// The most that a tile measures along an edge, in pixels, beside the margin that its deepest features see.
  int64_t edge = 1024;

  bool operator==(const Tiling&) const = default;
};

}  // namespace styler
