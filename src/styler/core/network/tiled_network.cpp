#include "styler/core/network/tiled_network.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

/// Where tiles begin and end along an edge of `length` pixels.
std::vector<int64_t> borders(int64_t length, int64_t edge, int64_t unit) {
  const int64_t cells = std::max<int64_t>(1, length / unit);
  const int64_t cells_per_tile = std::max<int64_t>(1, edge / unit);
  const int64_t count = (cells + cells_per_tile - 1) / cells_per_tile;
  std::vector<int64_t> result(static_cast<size_t>(count + 1), length);
  for (int64_t i = 0; i < count; ++i) result[static_cast<size_t>(i)] = cells * i / count * unit;
  return result;
}

/// The features of a layer that belong to a tile, counted from those of the region `origin`'s first pixel.
Rectangle features_of(const Tile& tile, int64_t stride, int64_t top, int64_t left) {
  const Rectangle& own = tile.own;
  const Size size = {own.bottom() / stride - own.top / stride, own.right() / stride - own.left / stride};
  return {(own.top - top) / stride, (own.left - left) / stride, size};
}
Rectangle in_picture(const Tile& tile, int64_t stride) { return features_of(tile, stride, 0, 0); }
Rectangle in_tile(const Tile& tile, int64_t stride) { return features_of(tile, stride, tile.seen.top, tile.seen.left); }

Rectangle whole(const at::Tensor& features) { return {0, 0, picture_size(features)}; }

/// Memory of its own in the usual layout, without copying what has it already.
at::Tensor dense(const at::Tensor& features) { return features.contiguous(at::MemoryFormat::ChannelsLast); }

/// `gradient` in its place among zeros for all that a tile sees.
at::Tensor embedded(const at::Tensor& gradient, const at::Tensor& like, const Rectangle& rectangle) {
  if (!gradient.defined() || rectangle == whole(like)) return gradient;
  at::Tensor result = at::zeros_like(like);
  part_of(result, rectangle).copy_(gradient);
  return result;
}

}  // namespace

at::Tensor part_of(const at::Tensor& tensor, const Rectangle& rectangle) {
  return tensor.narrow(2, rectangle.top, rectangle.size.height).narrow(3, rectangle.left, rectangle.size.width);
}

std::vector<Tile> tiles_of(Size picture, int64_t edge, int64_t unit, int64_t halo) {
  STYLER_ASSERT(unit >= 1 && halo % unit == 0);
  const std::vector<int64_t> rows = borders(picture.height, edge, unit);
  const std::vector<int64_t> columns = borders(picture.width, edge, unit);
  std::vector<Tile> tiles;
  for (size_t row = 0; row + 1 < rows.size(); ++row) {
    for (size_t column = 0; column + 1 < columns.size(); ++column) {
      const Rectangle own = {
          rows[row], columns[column], {rows[row + 1] - rows[row], columns[column + 1] - columns[column]}};
      const int64_t top = std::max<int64_t>(0, own.top - halo);
      const int64_t left = std::max<int64_t>(0, own.left - halo);
      const Size seen = {std::min(picture.height, own.bottom() + halo) - top,
                         std::min(picture.width, own.right() + halo) - left};
      tiles.push_back({own, {top, left, seen}});
    }
  }
  return tiles;
}

TileGrid tile_grid(const std::vector<Layer>& taps, int blocks) {
  STYLER_ASSERT(blocks >= 1 && !taps.empty());
  std::vector<Layer> layers;
  for (const Layer& layer : taps) {
    if (layer.block <= blocks) layers.push_back(layer);
  }
  if (taps.back().block > blocks) layers.push_back({LayerKind::Pool, blocks, 0});
  const int64_t unit = kWinogradOutput * Layer{LayerKind::Conv, layers.back().block, 1}.stride();
  return {unit, (halo_for(layers) + unit - 1) / unit * unit};
}

void TiledNetwork::set_tiling(Tiling tiling) {
  STYLER_ASSERT(tiling.blocks >= 0 && tiling.edge >= 1);
  edge_ = tiling.edge;
  const int deepest = layers().back().block;
  head_ = {1, std::min(tiling.blocks, deepest)};
  tail_ = {head_.last + 1, deepest};
  if (has_head()) grid_ = tile_grid(layers(), head_.last);
}

Size TiledNetwork::size_of(size_t layer, Size picture) const {
  const int64_t stride = layers()[layer].stride();
  return {picture.height / stride, picture.width / stride};
}

std::vector<Tile> TiledNetwork::tiles(const at::Tensor& picture) const {
  return tiles_of(picture_size(picture), edge_, grid_.unit, grid_.halo);
}

at::Tensor TiledNetwork::visit_head(const at::Tensor& picture, const FeatureVisitor& visitor) const {
  const int64_t output_stride = int64_t{1} << head_.last;
  at::Tensor output;
  for (const Tile& tile : tiles(picture)) {
    FeaturePass pass = network_.run(part_of(picture, tile.seen), head_, WayBack::None);
    for (size_t layer = 0; layer < pass.features.size(); ++layer) {
      const at::Tensor features = std::exchange(pass.features[layer], {});
      if (!features.defined()) continue;
      const int64_t stride = layers()[layer].stride();
      visitor({layer, in_picture(tile, stride), dense(part_of(features, in_tile(tile, stride)))});
    }
    if (!has_tail()) continue;
    if (!output.defined()) {
      output = at::empty(
          {pass.output.size(0), pass.output.size(1), picture.size(2) / output_stride, picture.size(3) / output_stride},
          pass.output.options(), at::MemoryFormat::ChannelsLast);
    }
    part_of(output, in_picture(tile, output_stride)).copy_(part_of(pass.output, in_tile(tile, output_stride)));
  }
  return output;
}

at::Tensor TiledNetwork::pull_back_head(const at::Tensor& picture, const PartGradients& gradients,
                                        const at::Tensor& output_gradient) const {
  const int64_t output_stride = int64_t{1} << head_.last;
  at::Tensor result = at::zeros_like(picture);
  for (const Tile& tile : tiles(picture)) {
    FeaturePass pass = network_.run(part_of(picture, tile.seen), head_, WayBack::Kept);
    const auto gradients_of_tile = [&](size_t layer) {
      const at::Tensor features = std::exchange(pass.features[layer], {});
      const int64_t stride = layers()[layer].stride();
      const Rectangle rectangle = in_tile(tile, stride);
      const at::Tensor gradient = gradients({layer, in_picture(tile, stride), dense(part_of(features, rectangle))});
      return embedded(gradient, features, rectangle);
    };
    at::Tensor output_gradient_of_tile;
    if (output_gradient.defined()) {
      const at::Tensor own = part_of(output_gradient, in_picture(tile, output_stride));
      output_gradient_of_tile = embedded(own, std::exchange(pass.output, {}), in_tile(tile, output_stride));
    }
    part_of(result, tile.seen).add_(pass.pull_back(gradients_of_tile, std::move(output_gradient_of_tile)));
  }
  return result;
}

void TiledNetwork::visit(const at::Tensor& picture, const FeatureVisitor& visitor) const {
  const at::Tensor input = has_head() ? visit_head(picture, visitor) : picture;
  if (!has_tail()) return;
  FeaturePass pass = network_.run(input, tail_, WayBack::None);
  for (size_t layer = 0; layer < pass.features.size(); ++layer) {
    const at::Tensor features = std::exchange(pass.features[layer], {});
    if (features.defined()) visitor({layer, whole(features), features});
  }
}

std::function<at::Tensor(const PartGradients&)> TiledNetwork::differentiable_visit(
    const at::Tensor& picture, const FeatureVisitor& visitor) const {
  const at::Tensor input = has_head() ? visit_head(picture, visitor) : picture;
  auto pass = std::make_shared<FeaturePass>();
  if (has_tail()) {
    *pass = network_.run(input, tail_, WayBack::Kept);
    for (size_t layer = 0; layer < pass->features.size(); ++layer) {
      const at::Tensor& features = pass->features[layer];
      if (features.defined()) visitor({layer, whole(features), features});
    }
  }
  return [this, picture, pass](const PartGradients& gradients) {
    at::Tensor gradient;
    if (has_tail()) {
      const auto gradients_of_layer = [&](size_t layer) {
        const at::Tensor features = std::exchange(pass->features[layer], {});
        return gradients({layer, whole(features), features});
      };
      gradient = pass->pull_back(gradients_of_layer, {});
      *pass = {};
    }
    return has_head() ? pull_back_head(picture, gradients, gradient) : gradient;
  };
}

}  // namespace styler
