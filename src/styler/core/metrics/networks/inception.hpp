#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "styler/core/metrics/networks/folded_convolution.hpp"
#include "styler/core/network/network_file.hpp"

namespace styler {

/// The networks of Inception v3's form (Szegedy et al. 2016) by which sets of pictures are compared.
enum class InceptionKind {
  /// TensorFlow's of 2015-12-05, which FID, KID and the Inception Score are defined by. Its averages leave out what
  /// lies
  /// beyond the border, and its last block takes the maximum where others average.
  Fid,
  Torchvision,  ///< torchvision's, of other numbers: it gives other distances.
  Art,          ///< Of torchvision's form, trained on paintings for ArtFID (Wright & Ommer 2022).
};

/// Frozen, in float32. For any thread.
class Inception {
 public:
  static constexpr int64_t kDimensions = 2048;
  static constexpr int64_t kClasses = 1008;  ///< Of Fid, which alone has them here.
  /// The edge of the pictures that Fid and Torchvision are fed with.
  static constexpr int64_t kEdge = 299;
  /// The least edge that all layers can be computed of.
  static constexpr int64_t kMinEdge = 75;

  /// What our file of one holds, under the names that torchvision, pytorch-fid and torch-fidelity give the tensors.
  static const NetworkForm& form(InceptionKind kind);

  /// Requires (STYLER_ASSERT) the tensors of its form.
  Inception(InceptionKind kind, const NetworkWeights& weights, const at::Device& device);

  /// Told of each layer's output, where it ends a block, under the block's name (`Mixed_5b`, `maxpool1`).
  using Watcher = std::function<void(std::string_view block, const at::Tensor& output)>;

  /// \param input  [N, 3, H, W], float32, of the scale that the network was trained on, its edges at least kMinEdge.
  /// \returns [N, 2048], float32: the means of the last block over the positions.
  at::Tensor features(const at::Tensor& input, const Watcher& watcher = {}) const;

  /// [N, 1008] of features, without the bias, as the Inception Score goes by them. Requires (STYLER_ASSERT) Fid.
  at::Tensor logits(const at::Tensor& features) const;

 private:
  at::Tensor unit(const std::string& name, const at::Tensor& input) const;
  /// Through some units of a block, one after the other.
  at::Tensor chain(const std::string& block, std::initializer_list<const char*> units, at::Tensor x) const;
  at::Tensor block_a(const std::string& block, const at::Tensor& x) const;
  at::Tensor block_b(const std::string& block, const at::Tensor& x) const;
  at::Tensor block_c(const std::string& block, const at::Tensor& x) const;
  at::Tensor block_d(const std::string& block, const at::Tensor& x) const;
  at::Tensor block_e(const std::string& block, const at::Tensor& x, bool takes_maximum) const;
  at::Tensor averaged(const at::Tensor& x) const;

  InceptionKind kind_;
  std::map<std::string, FoldedConvolution> units_;
  at::Tensor classes_;  ///< [1008, 2048]; undefined but for Fid.
};

}  // namespace styler
