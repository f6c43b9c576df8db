#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// Where the pixels of one picture are found in another, [1, 2, H, W], float32 on the CPU: what is at (x, y) in the
/// first is at (x + u, y + v) in the second; channel 0 is u, channel 1 is v, in pixels.
using Flow = at::Tensor;

enum class FlowMethod {
  /// Dense inverse search (Kroeger et al. 2016) down to whole pixels: an error of 0.09 px on a known motion of 8 px, as
  /// much as DeepFlow in a seventh of its time.
  InverseSearch,
  /// The same down to half of the pixels: an error three times as large in a quarter of the time.
  QuickSearch,
  /// Farnebäck's polynomials (2003): less exact, and of another kind, so that it can judge what the first has led to.
  Polynomials,
};

/// A picture as motion is found in it: [1, 1, H, W], 8 bits of lightness.
at::Tensor grey_picture(const at::Tensor& picture);

/// The motion from one picture to the other. Computed in one thread; at 512 px
/// it takes some 80 ms.
/// \param from, to  [1, 3, H, W] of one size, RGB in [0, 1]; or as grey_picture() makes them.
Flow flow_between(const at::Tensor& from, const at::Tensor& to, FlowMethod method = FlowMethod::InverseSearch);

/// Of how much of the picture the flow can be told, and of what more the picture behind it is there.
struct Reliability {
  /// [1, 1, H, W] in [0, 1]: 1 where both flows agree; 0 where something came into view, and where motion ends at the
  /// edge of a thing, with a margin that grows outwards.
  at::Tensor exact;
  /// The same but for edges of motion: where the picture behind the flow shows the same thing, if not to the pixel.
  at::Tensor visible;
};

/// Compares the flow to an earlier picture with the flow back, as Sundaram, Brox and Keutzer (2010) and Ruder,
/// Dosovitskiy and Brox (2016) do.
/// \param back   from the picture to the earlier one.
/// \param forth  from the earlier one to the picture.
Reliability reliability_of(const Flow& back, const Flow& forth);

/// What the pixels of a picture are in the one that its flow leads to, with Lanczos' kernel over 8×8 pixels: twenty
/// times over it keeps nine tenths of the fine strokes, where a bilinear one keeps a tenth. In [0, 1]; what is beyond
/// the border is its nearest pixel.
/// \param picture  [1, C, H, W], of the flow's size.
at::Tensor warped(const at::Tensor& picture, const Flow& flow);

}  // namespace styler
