#include "styler/core/memory/network_model.hpp"

#include <algorithm>
#include <set>

#include "styler/base/error.hpp"
#include "styler/core/kernels/buffer_pool.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"
#include "styler/core/network/tiled_network.hpp"
#include "styler/core/network/vgg19_weights.hpp"
#include "styler/options/network/layer.hpp"

namespace styler {
namespace {

/// The buffers of BufferPool, by their sizes in elements, and its rule for using one again.
class PoolModel {
 public:
  int64_t take(int64_t elements) {
    const auto found = unused_.lower_bound(elements);
    if (found == unused_.end() || !may_serve(*found, elements)) {
      total_ += elements;
      return elements;
    }
    const int64_t size = *found;
    unused_.erase(found);
    return size;
  }
  void give_back(int64_t size) { unused_.insert(size); }
  int64_t total() const { return total_; }

 private:
  std::multiset<int64_t> unused_;
  int64_t total_ = 0;
};

/// A convolution of VGG19 as it is run for some taps.
struct Convolution {
  Layer layer;
  int64_t in_channels, out_channels;
  bool has_relu, has_pool;
};

/// Those that are run for the taps.
std::vector<Convolution> convolutions_for(const std::vector<Layer>& taps) {
  STYLER_ASSERT(!taps.empty());
  const int last = taps.back().depth();
  std::vector<Convolution> result;
  int index = 0;
  for (int block = 1; block <= blocks_in_use(taps); ++block) {
    const int count = Layer::convolutions_in_block(block);
    for (int i = 1; i <= count; ++i, ++index) {
      const Layer layer{LayerKind::Conv, block, i};
      if (layer.depth() > last) break;
      const auto [in, out] = vgg_channels(index);
      result.push_back({layer, in, out, Layer{LayerKind::Relu, block, i}.depth() <= last,
                        i == count && Layer{LayerKind::Pool, block, 0}.depth() <= last});
    }
  }
  return result;
}

bool is_tapped(const std::vector<Layer>& taps, const Layer& layer) {
  return std::find(taps.begin(), taps.end(), layer) != taps.end();
}

int64_t positions_at(Size picture, int64_t stride) { return (picture.height / stride) * (picture.width / stride); }

std::vector<Tile> tiles_for(Size picture, const Tiling& tiling, const std::vector<Layer>& taps) {
  const auto [unit, halo] = tile_grid(taps, std::min(tiling.blocks, blocks_in_use(taps)));
  return tiles_of(picture, tiling.edge, unit, halo);
}

/// FastVgg19::forward and backward, as far as their buffers go.
int64_t fast_elements(const Stretch& stretch, const std::vector<Layer>& taps) {
  PoolModel pool;
  struct Kept {
    int64_t relu_output, input_gradient;
    bool above_has_pool;
  };
  std::vector<Kept> stages;
  bool is_free = true;     // whether the activation goes back to the pool when the next one is there
  int64_t activation = 0;  // its size; 0 where it is not the pool's
  int64_t beside = 0;      // not from the pool
  bool above_has_pool = false;
  for (const Convolution& convolution : convolutions_for(taps)) {
    const auto& [layer, in, out, has_relu, has_pool] = convolution;
    if (layer.block < stretch.first_block || layer.block > stretch.last_block) continue;
    const int64_t positions = positions_at(stretch.size, layer.stride());
    const int64_t input = rounded_channels(in) * positions;
    if (stages.empty() && layer.block == 1) activation = pool.take(input);
    const int64_t output = pool.take(out * positions);
    if (is_free && activation > 0) pool.give_back(activation);
    activation = output;
    if (is_tapped(taps, layer)) beside += output;  // its ReLU gets memory of its own
    stages.push_back({activation, input, above_has_pool});
    is_free = !stretch.way_back && !is_tapped(taps, {LayerKind::Relu, layer.block, layer.convolution});
    above_has_pool = has_pool;
    if (!has_pool) continue;
    const Layer pooling{LayerKind::Pool, layer.block, 0};
    const int64_t pooled = pool.take(out * positions_at(stretch.size, pooling.stride()));
    if (is_free) pool.give_back(activation);
    activation = pooled;
    is_free = !is_tapped(taps, pooling);
  }
  if (!stretch.way_back) return pool.total() + beside;
  if (is_free && above_has_pool) pool.give_back(activation);
  for (size_t i = stages.size(); i-- > 0;) {
    pool.give_back(stages[i].relu_output);
    if (i == 0 || stages[i].above_has_pool) pool.give_back(pool.take(stages[i].input_gradient));
  }
  return pool.total() + beside;
}

/// Vgg19's, with LibTorch's operators: in bytes, since maximum pooling keeps indices.
int64_t reference_bytes(const Stretch& stretch, const std::vector<Layer>& taps, int element_bytes) {
  int64_t kept = 0;
  int64_t largest = 0;
  for (const auto& [layer, in, out, has_relu, has_pool] : convolutions_for(taps)) {
    if (layer.block < stretch.first_block || layer.block > stretch.last_block) continue;
    const int64_t output = out * positions_at(stretch.size, layer.stride());
    largest = std::max(largest, output);
    const bool both = has_relu && is_tapped(taps, layer);
    if (stretch.way_back || is_tapped(taps, {LayerKind::Relu, layer.block, layer.convolution})) {
      kept += (both ? 2 : 1) * output * element_bytes;
    }
    const int64_t pooled = has_pool ? out * positions_at(stretch.size, 2 * layer.stride()) : 0;
    if (stretch.way_back) kept += pooled * (element_bytes + static_cast<int>(sizeof(int64_t)));
  }
  // On its way a convolution has an input and an output that nobody keeps: gradients, or features without a way back.
  return kept + 2 * largest * element_bytes;
}

}  // namespace

int blocks_in_use(const std::vector<Layer>& taps) { return taps.back().block; }

StretchMemory stretch_memory(const Stretch& stretch, const std::vector<Layer>& taps, const NetworkMemory& network) {
  StretchMemory result;
  result.activations_bytes = network.fast ? fast_elements(stretch, taps) * network.element_bytes
                                          : reference_bytes(stretch, taps, network.element_bytes);
  for (const auto& [layer, in, out, has_relu, has_pool] : convolutions_for(taps)) {
    if (layer.block < stretch.first_block || layer.block > stretch.last_block) continue;
    const int64_t bytes = out * positions_at(stretch.size, layer.stride()) * network.element_bytes;
    const Layer pooling{LayerKind::Pool, layer.block, 0};
    if (is_tapped(taps, layer) || is_tapped(taps, {LayerKind::Relu, layer.block, layer.convolution})) {
      result.gradient_bytes = std::max(result.gradient_bytes, bytes);
    } else if (is_tapped(taps, pooling)) {
      result.gradient_bytes = std::max(result.gradient_bytes, bytes / 4);
    }
    if (layer.block == stretch.last_block && has_pool) {
      result.output_bytes = out * positions_at(stretch.size, pooling.stride()) * network.element_bytes;
    }
  }
  return result;
}

Size largest_tile(Size picture, const Tiling& tiling, const std::vector<Layer>& taps) {
  if (tiling.blocks == 0) return picture;
  Size largest;
  for (const Tile& tile : tiles_for(picture, tiling, taps)) {
    largest = {std::max(largest.height, tile.seen.size.height), std::max(largest.width, tile.seen.size.width)};
  }
  return largest;
}

double evaluation_factor(Size picture, const Tiling& tiling, const std::vector<Layer>& taps) {
  if (tiling.blocks == 0) return 1;
  double head = 0;
  double whole = 0;
  for (const Convolution& convolution : convolutions_for(taps)) {
    const auto stride = static_cast<double>(convolution.layer.stride());
    const double products = static_cast<double>(convolution.in_channels * convolution.out_channels) / (stride * stride);
    whole += products;
    if (convolution.layer.block <= tiling.blocks) head += products;
  }
  int64_t seen = 0;  // by all tiles together
  for (const Tile& tile : tiles_for(picture, tiling, taps)) seen += tile.seen.size.height * tile.seen.size.width;
  const double with_margins = static_cast<double>(seen) / static_cast<double>(picture.height * picture.width);
  return 1 - head / whole + 1.5 * head / whole * with_margins;
}

}  // namespace styler
