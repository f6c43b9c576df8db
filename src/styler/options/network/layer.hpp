#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/text/names.hpp"

namespace styler {

/// The three operations of VGG19 whose output can be used as features.
enum class LayerKind { Conv, Relu, Pool };

/// How each block of the network is halved. Gatys et al. (2016) prefer average, everybody else's default is maximum.
enum class Pooling { Max, Average };

inline constexpr Names<Pooling, 2> kPoolings{{{{Pooling::Max, "max"}, {Pooling::Average, "average"}}}};

inline constexpr int kVggBlocks = 5;

/// One named place in VGG19, in the field's words: `conv1_1`, `relu4_2`, `pool3`.
/// VGG19 has five blocks of 2, 2, 4, 4 and 4 convolutions; each block ends with a pooling.
struct Layer {
  LayerKind kind = LayerKind::Relu;
  int block = 1;        ///< 1 … 5
  int convolution = 1;  ///< 1 … convolutions_in_block(block); 0 for a pooling

  /// \throws Error{InvalidArgument} when VGG19 has no such layer; the message suggests the nearest name.
  static Layer parse(std::string_view name);
  static int convolutions_in_block(int block);

  std::string name() const;
  /// Position in the order of evaluation, so that layers compare as shallow < deep.
  int depth() const;
  /// Pixels of the picture per feature, along one edge: 1, 2, 4, 8, 16; 32 for pool5.
  int64_t stride() const;

  bool operator==(const Layer&) const = default;
};

/// The layers shallow to deep, each once.
std::vector<Layer> ordered_once(std::vector<Layer> layers);

/// Where `layer` stands among `layers`, if it does.
std::optional<size_t> index_of(const std::vector<Layer>& layers, const Layer& layer);

/// The shortest edge in pixels that gives each of the layers at least one feature. Requires at least one layer.
int64_t smallest_edge_for(const std::vector<Layer>& layers);

/// How many pixels beyond its own stride × stride pixels a feature of the deepest of the layers depends on, to each
/// side, rounded up to a multiple of that layer's stride: 80 for relu5_1, 8 for pool2. A tile with such a margin has
/// the same features in its middle as the whole picture has there. Requires at least one layer.
int64_t halo_for(const std::vector<Layer>& layers);

/// A layer and its factor in a loss. Written `relu1_1:0.2`; `relu1_1` alone means a weight of 1. Leading blanks are
/// passed over.
struct WeightedLayer {
  Layer layer;
  double weight = 1.0;

  /// \throws Error{InvalidArgument} for an unknown layer or a weight that is not a number >= 0.
  static WeightedLayer parse(std::string_view text);
  std::string text() const;

  bool operator==(const WeightedLayer&) const = default;
};

}  // namespace styler
