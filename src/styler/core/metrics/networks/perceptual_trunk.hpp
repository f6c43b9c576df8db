#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "styler/core/network/network_file.hpp"

namespace styler {

/// The networks of torchvision's that LPIPS (Zhang et al. 2018) goes by.
enum class TrunkKind { Alex, Vgg, Squeeze };

/// The one that is for this kind.
template <typename T>
const T& of_kind(TrunkKind kind, const T& alex, const T& vgg, const T& squeeze) {
  switch (kind) {
    case TrunkKind::Alex:
      return alex;
    case TrunkKind::Vgg:
      return vgg;
    case TrunkKind::Squeeze:
      break;
  }
  return squeeze;
}

/// The convolutions of one, frozen, in float32. For any thread.
class PerceptualTrunk {
 public:
  /// The least edge that all layers can be computed of.
  static constexpr int64_t kMinEdge = 32;

  /// What our file of one holds, under torchvision's names.
  static const NetworkForm& form(TrunkKind kind);
  /// The channels of each layer that is compared.
  static const std::vector<int64_t>& channels(TrunkKind kind);

  /// Requires (STYLER_ASSERT) the tensors of its form.
  PerceptualTrunk(TrunkKind kind, const NetworkWeights& weights, const at::Device& device);

  /// \param picture  [N, 3, H, W] on the device, its values in [0, 1] and its edges at least kMinEdge.
  /// \returns the layers that are compared, [N, C, h, w] each.
  std::vector<at::Tensor> layers(const at::Tensor& picture) const;

 private:
  TrunkKind kind_;
  std::map<std::string, at::Tensor> tensors_;
  at::Tensor mean_, stddev_;  ///< [1, 3, 1, 1]
};

}  // namespace styler
