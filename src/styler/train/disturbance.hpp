#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "styler/core/compute/loss_and_gradient.hpp"

namespace styler {

/// What makes one frame of a film another one where nothing changes: the camera moves a little, and its noise is
/// another. A generator that paints both alike paints films that don't flicker, and learns it from pictures alone
/// (Wang et al. 2020, "Consistent Video Style Transfer via Compound Regularization").
class Disturbance {
 public:
  /// A smooth random motion and noise.
  /// \param photos  [N, 3, H, W] in [0, 1]: those that will be disturbed, all by the same motion.
  /// \param random  on the CPU.
  Disturbance(const at::Tensor& photos, at::Generator& random);

  /// The photos as the other frame has them, in [0, 1].
  at::Tensor photos(const at::Tensor& photos) const;
  /// Mean square, where both frames show the same, between pictures of the disturbed photos and those of the photos
  /// moved along; and its gradient with respect to the former.
  LossAndGradient loss(const at::Tensor& pictures, const at::Tensor& pictures_of_disturbed) const;

 private:
  at::Tensor moved(const at::Tensor& pictures) const;

  at::Tensor places_;  ///< [1, H, W, 2], from -1 to 1 within the picture.
  at::Tensor inside_;  ///< [1, 1, H, W], 0 or 1.
  at::Tensor noise_;
};

}  // namespace styler
