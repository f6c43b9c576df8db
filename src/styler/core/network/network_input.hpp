#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/compute/device.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/network/vgg19_weights.hpp"

namespace styler {

/// The step between a picture and what the network was trained on (InputConvention), and the way back.
class NetworkInput {
 public:
  NetworkInput(const InputConvention& convention, const ComputeDevice& device);

  /// \param picture  [N, 3, H, W], RGB, 1.0 for white.
  /// \return         [N, 3, H, W], channels-last, in the network's dtype. It is scaled in at least float32, so that
  ///                 bfloat16 only rounds what the network sees.
  at::Tensor of(const at::Tensor& picture) const;
  /// The same written into `input`, [1, 3 or more, H, W] in the network's dtype; further channels become 0.
  void write(const at::Tensor& picture, const at::Tensor& input) const;
  /// The way back of a pass over `blocks` of `input`, as FeaturePass has it. `backward` does the network's part: its
  /// result is with respect to what of() returned or write() wrote, or to what came from the block before; undefined
  /// stands for zero.
  PullBack way_back(const at::Tensor& input, BlockRange blocks, PullBack backward) const;

 private:
  /// \return  With respect to the picture, [1, 3, H, W], contiguous, in `dtype`.
  at::Tensor picture_gradient(const at::Tensor& gradient, at::ScalarType dtype) const;
  at::Tensor scaled(const at::Tensor& picture) const;

  bool bgr_;
  at::ScalarType dtype_;
  at::Tensor scale_, shift_;  ///< [1, 3, 1, 1], RGB: network input = picture · scale + shift
};

}  // namespace styler
