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
  /// [1, 1, H, W] in [0, 1]: how far each pixel of the flow back can be relied on; undefined: as both flows agree.
  at::Tensor weight{};

  Reliability reliability() const;
};

/// What earlier frames lead to expect of a frame's painting.
struct Carried {
  /// [1, 3, H, W]: a picture to begin with.
  at::Tensor start;
  /// What the painting should be near to, and where.
  NearPicture near;
  /// [1, 1, H, W] in [0, 1]: where any of the relations shows the same thing.
  at::Tensor visible;
  /// How much of the frame was there before: the mean of `visible`.
  double coverage = 0;
  /// Whether somewhere there is nothing over more than kLargeHole each way.
  bool has_large_hole = false;
};

/// In pixels: what few iterations at the finest size can fill with no large forms.
inline constexpr int64_t kLargeHole = 32;

/// Paintings of earlier frames, each moved once along its own flow and put together. Each relation counts where those
/// before it in the list see nothing (Ruder et al.'s long-term consistency): what was hidden for a while comes back as
/// it was painted.
/// \param relations  the closest first; none: nothing is known of the frame.
/// \param fill       [1, 3, H, W]: what the start is where none of them has anything.
Carried carried_along(const std::vector<Relation>& relations, const at::Tensor& fill);

/// The same on the way to a frame that is painted already, as a key frame that is to come: of this share it is that
/// one's paint, and where nothing else is known all of it. With one part in as many as there are steps left, each step
/// goes an equal part of the way from paint to paint, and no frame leaps.
/// \param key  the way from the frame to the one that is to come.
Carried on_the_way(const Carried& carried, const Relation& key, double share);

}  // namespace styler
