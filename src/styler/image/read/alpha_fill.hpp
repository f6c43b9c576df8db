#pragma once

#include <cstdint>

namespace styler {

/// Replaces the colours of pixels whose alpha is 0 by a smooth blend of those of the nearest visible pixels, weighted
/// by their alpha: what a file hides under its mask must not reach a result, and a feature that looks across the mask's
/// edge should see no edge. By a pyramid ("push and pull"): in time proportional to the pixels, and 6 bytes for each.
///
/// \param colour  three planes of height · width values in [0, 1]; those of visible pixels stay as they are.
/// \param alpha   height · width values in [0, 1], at least one of them above 0.
void fill_hidden_colours(float* colour, const float* alpha, int64_t height, int64_t width);

}  // namespace styler
