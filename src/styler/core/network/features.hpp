#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "styler/options/network/layer.hpp"
#include "styler/options/network/padding.hpp"

namespace styler {

/// Whole blocks of VGG19, from `first` to `last`. What enters a stretch is the picture, or for `first` above 1 what the
/// pooling before it puts out.
struct BlockRange {
  int first = 1;
  int last = kVggBlocks;
  bool operator==(const BlockRange&) const = default;
};

/// Gives the gradient with respect to the features of one tapped layer, by its index in FeatureExtractor::layers(), in
/// their shape and dtype and in memory of its own; undefined stands for zero.
using FeatureGradients = std::function<at::Tensor(size_t layer)>;

/// The way back from gradients to the gradient with respect to what entered the stretch, in its shape and dtype.
/// \param feature_gradients  asked once for every tapped layer of the stretch, deepest first. Until then the layer's
///                           features hold what the way forward left there; afterwards they may hold anything.
/// \param output_gradient    with respect to FeaturePass::output, in memory of its own; undefined stands for zero.
using PullBack = std::function<at::Tensor(const FeatureGradients& feature_gradients, at::Tensor output_gradient)>;

/// The features of a picture or a batch of them, or of a stretch of the network.
struct FeaturePass {
  /// One [N, C, h, w] tensor per tapped layer, in the order of FeatureExtractor::layers(), in the network's precision;
  /// undefined for layers outside of the stretch.
  std::vector<at::Tensor> features;
  /// What the stretch's last pooling puts out, where the network goes on behind it; else undefined.
  at::Tensor output;
  /// Empty unless it was asked for. Consumes what the way forward kept: call it once.
  PullBack pull_back;
};

/// Whether a pass can be gone back.
enum class WayBack {
  None,
  /// Keeps the activations until the pass is destroyed or pulled back: of VGG19 up to relu5_1 about 0.7 kB per pixel in
  /// bfloat16 and 1.4 kB in float32.
  Kept,
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
  /// What its convolutions find beyond the edges of a picture.
  virtual Padding padding() const { return Padding::Zero; }

  /// Runs a stretch of the network.
  /// \param input  For blocks from 1 on the picture, [N, 3, H, W], RGB, nominally in [0, 1] (values outside are
  ///               allowed), on the network's device, H and W at least min_edge(). For later ones [N, C, h, w], as
  ///               FeaturePass::output of the blocks before.
  virtual FeaturePass run(const at::Tensor& input, BlockRange blocks, WayBack way_back) const = 0;

  /// Gives back memory that is only kept to be used again.
  virtual void release_memory() const {}

  /// The features of a whole picture, one per layer.
  std::vector<at::Tensor> features(const at::Tensor& picture) const { return run(picture, {}, WayBack::None).features; }
};

}  // namespace styler
