#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "styler/options/network/layer.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// A part of the content that has styles of its own, or none and stays as it is.
struct ContentRegion {
  /// [1, 1, h, w] in [0, 1], float32, of any size, stretched over the content: how far each pixel belongs to the
  /// region.
  at::Tensor share;
  std::string name{};  ///< For messages, as in `#ff0000`.
};

/// Shares of a region at another size. Linear, so that shares of several regions that sum to 1 still do, and nothing
/// rings; what rounding leaves of 0 and 1 is made 0 and 1 again.
at::Tensor resized_share(const at::Tensor& share, Size size);

/// What the features of a picture count for, by layer.
struct PositionWeights {
  std::vector<at::Tensor> maps;  ///< As for gram_sum; undefined where all count alike, or none does.
  std::vector<double> sums;      ///< Of the weights: without any the number of positions. 0 where none counts.
};

/// The least that a region must have of a layer, in positions that count in full: of less no Gram matrix tells a style.
inline constexpr double kLeastPositions = 1;

/// Features count as far as their cells of the picture are opaque, and with a region as far as what they see belongs to
/// it: the least of their own cell's share and its eight neighbours'. That is the `inside` guide of Gatys et al.
/// (2017), "Controlling Perceptual Factors in Neural Style Transfer", where what a feature sees is found by probing the
/// network. One cell is about what it takes: were the kernels flat, what a feature sees would spread by 1.0 to 1.3 of
/// its cells (standard deviation; relu2_1 to relu5_1), so at a straight border nine tenths of it and more lie within,
/// while in relu1_1 all does. Theory's whole field, five cells to each side in relu5_1, would leave nothing of most
/// regions. Where erosion leaves less than kLeastPositions of a region in a layer, the shares themselves count; where
/// these are less, nothing does.
/// \param picture  the size of what the layers are of.
/// \param alpha    [1, 1, H, W]; undefined: all is opaque.
/// \param share    [1, 1, H, W], of the region; undefined: everything belongs to it.
PositionWeights position_weights(const std::vector<Layer>& layers, Size picture, const at::Tensor& alpha,
                                 const at::Tensor& share = {});

}  // namespace styler
