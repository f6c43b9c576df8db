#pragma once

#include <ATen/core/Tensor.h>

#include "styler/device.hpp"
#include "styler/weights.hpp"

namespace styler {

/// The step between a picture and what the network was trained on (InputConvention), and the way back.
class NetworkInput {
 public:
  /// \param channels  Of the network's input: 3, or more, and then the others are zeros.
  NetworkInput(const InputConvention& convention, const ComputeDevice& device, int64_t channels = 3);

  /// \param picture  [1, 3, H, W], RGB, 1.0 for white.
  /// \return         [1, channels, H, W], channels-last, in the network's dtype. It is scaled in at least float32, so
  ///                 that bfloat16 only rounds what the network sees.
  at::Tensor of(const at::Tensor& picture) const;
  /// \param gradient  With respect to what of() returned.
  /// \return          With respect to the picture, [1, 3, H, W], contiguous, in `dtype`.
  at::Tensor picture_gradient(const at::Tensor& gradient, at::ScalarType dtype) const;

 private:
  bool bgr_;
  at::ScalarType dtype_;
  int64_t channels_;
  at::Tensor scale_, shift_;  ///< [1, 3, 1, 1], RGB: network input = picture · scale + shift
};

}  // namespace styler
