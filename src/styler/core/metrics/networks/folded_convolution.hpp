#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "styler/core/kernels/winograd.hpp"
#include "styler/core/network/network_file.hpp"

namespace styler {

/// A convolution without a bias, and the batch normalisation behind it, as networks for classes have them.
struct NormalisedConvolution {
  std::string kernel;  ///< The tensor's name.
  std::string norm;    ///< The tensors of the normalisation are called so, and `.weight`, `.running_mean` and so on.
  int64_t in = 0, out = 0;
  std::array<int64_t, 2> size{1, 1};
  int64_t stride = 1;
  std::array<int64_t, 2> padding{0, 0};
  int64_t groups = 1;
};

/// The five tensors of one, in the order in which our file of its network has them.
std::vector<TensorEntry> tensors_of(const NormalisedConvolution& convolution);

/// One whose normalisation, a factor and a shift for each channel once it is trained, is a part of kernel and bias:
/// they are computed in float64, so that the result is as near to the exact one as that of the two in sequence. On a
/// processor 3×3 convolutions of large inputs go by Winograd, which takes half the time.
class FoldedConvolution {
 public:
  /// What each value becomes in the end.
  enum class Activation { None, Relu, Relu6 };

  /// \param epsilon  that the normalisation adds to the variance.
  /// Requires (STYLER_ASSERT) its tensors among the weights.
  FoldedConvolution(const NormalisedConvolution& convolution, const NetworkWeights& weights, double epsilon,
                    Activation activation, const at::Device& device);

  /// \param input  [N, in, H, W], float32 on the device.
  at::Tensor operator()(const at::Tensor& input) const;

 private:
  static bool suits_winograd_now(const at::Tensor& input);
  at::Tensor output_of(const WinogradConvolution& winograd, const at::Tensor& input) const;

  at::Tensor kernel_;
  at::Tensor bias_;
  int64_t stride_;
  std::array<int64_t, 2> padding_;
  int64_t groups_;
  Activation activation_;
  std::optional<WinogradConvolution> winograd_;  ///< Where the processor and the shape allow it.
};

/// The tensor of that name. Requires (STYLER_ASSERT) that there is one.
const at::Tensor& tensor_named(const NetworkWeights& weights, const std::string& name);

}  // namespace styler
