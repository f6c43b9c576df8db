#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "styler/core/metrics/networks/perceptual_trunk.hpp"
#include "styler/core/network/network_file.hpp"

namespace styler {

/// How far two layers of features are apart: each position's features as a vector of length 1, the squares of their
/// differences summed over the channels and averaged over the positions (Zhang et al. 2018).
/// \param a, b     [N, C, h, w]
/// \param weights  of the squares, [1, C, 1, 1]; undefined: all are 1, the paper's baseline that nothing was learnt
/// for.
double layer_difference(const at::Tensor& a, const at::Tensor& b, const at::Tensor& weights = {});

/// LPIPS 0.1. For any thread.
class PerceptualDistance {
 public:
  /// What our file of the learnt weights holds, under the names that the package lpips gives them.
  static const NetworkForm& form(TrunkKind kind);

  /// Requires (STYLER_ASSERT) the tensors of PerceptualTrunk's form and of this one.
  PerceptualDistance(TrunkKind kind, const NetworkWeights& trunk, const NetworkWeights& learnt,
                     const at::Device& device);

  /// \param a, b  of one size, [1, 3, H, W] on the device, in [0, 1], their edges at least PerceptualTrunk::kMinEdge.
  double between(const at::Tensor& a, const at::Tensor& b) const;
  /// Of each layer: the distance is their sum.
  std::vector<double> by_layer(const at::Tensor& a, const at::Tensor& b) const;

 private:
  PerceptualTrunk trunk_;
  std::vector<at::Tensor> learnt_;
};

}  // namespace styler
