#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "styler/core/loss/nearness.hpp"
#include "styler/video/motion/flow.hpp"

namespace styler {

/// An earlier frame of the same shot, or any other that shows the same things.
struct Relation {
  at::Tensor painted;  ///< [1, 3, H, W]: what became of it.
  Flow back;           ///< From the frame to it.
  Flow forth;          ///< From it to the frame.
};

/// What earlier frames lead to expect of a frame's painting.
struct Carried {
  /// [1, 3, H, W]: a picture to begin with.
  at::Tensor start;
  /// What the painting should be near to, and where.
  NearPicture near;
  /// How much of the frame was there before: the mean of `visible` over all relations together.
  double coverage = 0;
  /// Whether somewhere there is nothing over more than kLargeHole each way.
  bool has_large_hole = false;
};

/// In pixels: what few iterations at the finest size can fill with no large forms.
inline constexpr int64_t kLargeHole = 32;

/// Paintings of earlier frames, each moved once along its own flow and put together. Each relation counts where those
/// before it in the list see nothing (Ruder et al.'s long-term consistency): what was hidden for a while comes back as
/// it was painted.
/// \param relations  the closest first; at least one.
/// \param fill       [1, 3, H, W]: what the start is where none of them has anything.
Carried carried_along(const std::vector<Relation>& relations, const at::Tensor& fill);

}  // namespace styler
