#pragma once

namespace styler {

/// The strength below which the photo shows through what is painted. There it has the painting's colours and not yet
/// its strokes.
inline constexpr double kOpaqueFrom = 0.25;

}  // namespace styler
