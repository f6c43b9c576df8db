#pragma once

#include <algorithm>

namespace styler {

/// How much of the photo is kept in a picture of a strength from 0, the photo, to kMostStrength: nothing from 1 on,
/// where the style is whole.
inline double photo_share_at(double strength) { return std::max(0.0, 1 - strength); }

/// How much the style counts in what a picture of such a strength is to meet, against 1 at strength 1. Beyond it the
/// weight grows steeply, or more strength would be no nearer to the painting: with the square there, too, pictures of
/// 1.2 were as far from it as those of 1, by ten photos after 450 steps.
inline double style_weight_at(double strength) {
  const double square = strength * strength;
  return strength <= 1 ? square : square * square * square;
}

}  // namespace styler
