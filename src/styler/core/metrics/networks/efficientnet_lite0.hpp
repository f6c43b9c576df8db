#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "styler/core/metrics/networks/folded_convolution.hpp"
#include "styler/core/network/network_file.hpp"

namespace styler {

/// EfficientNet-lite0 (Google 2020): ImageNet's 1000 classes from 4.7 million numbers that anybody may use. Frozen, in
/// float32. For any thread.
class EfficientNetLite0 {
 public:
  static constexpr int64_t kEdge = 224;  ///< Of the pictures that it was trained on.
  static constexpr int64_t kDimensions = 1280;
  static constexpr int64_t kClasses = 1000;

  /// What our file holds, under the names of the PyTorch package (`_conv_stem.weight`, `_blocks.0._bn1.bias`).
  static const NetworkForm& form();

  /// Requires (STYLER_ASSERT) the tensors of form().
  EfficientNetLite0(const NetworkWeights& weights, const at::Device& device);

  /// \param input  [N, 3, H, W], float32 on the device, less ImageNet's mean and by its deviation.
  /// \returns [N, 1280]: the means of the last layer over the positions.
  at::Tensor features(const at::Tensor& input) const;
  /// [N, 1000] of features.
  at::Tensor logits(const at::Tensor& features) const;

 private:
  /// A block widens its input, looks at each channel's neighbourhood, and makes it narrow again.
  struct Block {
    std::optional<FoldedConvolution> wide;
    FoldedConvolution of_each_channel;
    FoldedConvolution narrow;
    int64_t size, stride;
    bool adds_input;
  };

  FoldedConvolution first_;
  std::vector<Block> blocks_;
  FoldedConvolution last_;
  at::Tensor classes_, bias_;
};

}  // namespace styler
