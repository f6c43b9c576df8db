#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "styler/core/network/features.hpp"
#include "styler/core/network/tiling.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// A rectangle of positions: pixels, or features of one layer.
struct Rectangle {
  int64_t top = 0;
  int64_t left = 0;
  Size size;

  int64_t bottom() const { return top + size.height; }
  int64_t right() const { return left + size.width; }
  bool operator==(const Rectangle&) const = default;
};
/// A view of `tensor`, [N, C, h, w], which must contain the rectangle.
at::Tensor part_of(const at::Tensor& tensor, const Rectangle& rectangle);

/// A tile's own pixels and the ones around them that its features see, as far as the picture goes.
struct Tile {
  Rectangle own;
  Rectangle seen;
};
/// Tiles of about equal size whose own parts cover the picture once, row by row.
/// \param edge  the most along an edge; at least `unit` is taken.
/// \param unit  where tiles meet, they and what they see begin on a multiple of it.
/// \param halo  how far features see beyond their own pixels, a multiple of `unit`.
std::vector<Tile> tiles_of(Size picture, int64_t edge, int64_t unit, int64_t halo);

/// What tiles of the first `blocks` blocks have to keep to, in pixels: for tiles_of(). Not only do poolings halve the
/// same pairs as in the whole picture: our convolutions also work on the same small squares, so that but for the
/// squares beside the margin features are the same to the bit. Otherwise rounding would now and then make another of
/// two values a pooling's maximum.
struct TileGrid {
  int64_t unit = 1;
  int64_t halo = 0;
};
/// \param taps  the network's layers, shallow to deep. Requires blocks >= 1.
TileGrid tile_grid(const std::vector<Layer>& taps, int blocks);

/// The features of one layer over a part of the picture.
struct FeaturePart {
  size_t layer = 0;  ///< Index into FeatureExtractor::layers().
  Rectangle place;   ///< Among the features that the layer has for the whole picture.
  at::Tensor features;
};
using FeatureVisitor = std::function<void(const FeaturePart&)>;
/// Gives the gradient with respect to a part's features, as FeatureGradients does for a whole layer's.
using PartGradients = std::function<at::Tensor(const FeaturePart&)>;

/// A network that goes over a picture as a Tiling says. What it gives doesn't depend on that, but for rounding.
class TiledNetwork {
 public:
  /// \param network  must outlive this.
  TiledNetwork(const FeatureExtractor& network, Tiling tiling) : network_(network) { set_tiling(tiling); }

  void set_tiling(Tiling tiling);

  /// Whether a picture is gone over without tiles, so that a layer's features come all at once.
  bool is_whole() const { return !has_head(); }

  const std::vector<Layer>& layers() const { return network_.layers(); }
  /// How many features a layer has for a picture of this size.
  Size size_of(size_t layer, Size picture) const;

  /// Shows the features of the whole picture to `visitor`, each once.
  void visit(const at::Tensor& picture, const FeatureVisitor& visitor) const;
  /// The same with a way back, from gradients to that with respect to the picture. The gradients are asked for each
  /// part after all have been visited; its features are then the same, to the bit, as they were before.
  std::function<at::Tensor(const PartGradients&)> differentiable_visit(const at::Tensor& picture,
                                                                       const FeatureVisitor& visitor) const;

 private:
  bool has_head() const { return head_.last >= head_.first; }
  bool has_tail() const { return tail_.first <= tail_.last; }
  std::vector<Tile> tiles(const at::Tensor& picture) const;
  /// Visits the head's features; returns what its last pooling puts out for the whole picture, if there is a tail.
  at::Tensor visit_head(const at::Tensor& picture, const FeatureVisitor& visitor) const;
  at::Tensor pull_back_head(const at::Tensor& picture, const PartGradients& gradients,
                            const at::Tensor& output_gradient) const;

  const FeatureExtractor& network_;
  int64_t edge_ = 0;
  BlockRange head_, tail_;  ///< One of them may be empty.
  TileGrid grid_;
};

}  // namespace styler
