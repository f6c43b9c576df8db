#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "styler/layer.hpp"

namespace styler {

/// The features of one picture together with the way back from feature gradients to the picture's gradient.
struct FeaturePass {
  /// One [1, C, h, w] tensor per tapped layer, in the order of FeatureExtractor::layers(), in the network's precision.
  std::vector<at::Tensor> features;
  /// Takes one gradient per feature tensor (an undefined tensor stands for zero) and returns the gradient with
  /// respect to the picture, [1, 3, H, W] in the picture's dtype. Consumes what the forward pass kept, the features
  /// included, which may then hold anything: call it once, with gradients in memory of their own.
  std::function<at::Tensor(std::vector<at::Tensor> feature_gradients)> pull_back;
};

/// A frozen network seen as a function from a picture to the features of some of its layers.
/// The one seam between the method and VGG19: tests put a tiny seeded network here.
class FeatureExtractor {
 public:
  virtual ~FeatureExtractor() = default;

  /// The tapped layers, shallow to deep, each once.
  virtual const std::vector<Layer>& layers() const = 0;
  /// The shortest edge in pixels that still gives every tapped layer at least one feature.
  virtual int64_t min_edge() const = 0;

  /// \param picture  [1, 3, H, W], RGB, nominally in [0, 1] (values outside are allowed), on the network's device.
  ///                 H and W are at least min_edge().
  virtual std::vector<at::Tensor> features(const at::Tensor& picture) const = 0;
  /// The same with a way back. Keeps the activations until the pass is destroyed or pulled back: about 0.8 kB per
  /// pixel in bfloat16 and 1.5 kB in float32 for VGG19 up to relu5_1.
  virtual FeaturePass differentiable_features(const at::Tensor& picture) const = 0;
};

}  // namespace styler
