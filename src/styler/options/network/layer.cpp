#include "styler/options/network/layer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>

#include "styler/base/error.hpp"
#include "styler/base/text/words.hpp"

namespace styler {
namespace {

constexpr std::array<int, kVggBlocks> kConvolutions = {2, 2, 4, 4, 4};

/// Every layer of VGG19 in the order of evaluation: conv1_1, relu1_1, conv1_2, relu1_2, pool1, conv2_1 …
const std::vector<Layer>& all_layers() {
  static const std::vector<Layer> layers = [] {
    std::vector<Layer> result;
    for (int block = 1; block <= kVggBlocks; ++block) {
      for (int convolution = 1; convolution <= Layer::convolutions_in_block(block); ++convolution) {
        result.push_back({LayerKind::Conv, block, convolution});
        result.push_back({LayerKind::Relu, block, convolution});
      }
      result.push_back({LayerKind::Pool, block, 0});
    }
    return result;
  }();
  return layers;
}

}  // namespace

int Layer::convolutions_in_block(int block) {
  STYLER_ASSERT(block >= 1 && block <= kVggBlocks);
  return kConvolutions[static_cast<size_t>(block - 1)];
}

Layer Layer::parse(std::string_view name) {
  std::vector<std::string> names;
  for (const Layer& layer : all_layers()) {
    names.push_back(layer.name());
    if (names.back() == name) return layer;
  }
  const std::string suggestion = nearest_word(name, names);
  throw Error(ErrorCode::InvalidArgument,
              "VGG19 has no layer '" + std::string(name) + "'; " +
                  (suggestion.empty() ? "layers are called conv1_1 … conv5_4, relu1_1 … relu5_4 and pool1 … pool5"
                                      : "did you mean '" + suggestion + "'?"));
}

std::string Layer::name() const {
  if (kind == LayerKind::Pool) return "pool" + std::to_string(block);
  return (kind == LayerKind::Conv ? "conv" : "relu") + std::to_string(block) + "_" + std::to_string(convolution);
}

int Layer::depth() const {
  int depth = 0;
  for (const Layer& layer : all_layers()) {
    if (layer == *this) return depth;
    ++depth;
  }
  STYLER_ASSERT(!"a layer that VGG19 does not have");
  return depth;
}

int64_t Layer::stride() const { return int64_t{1} << (kind == LayerKind::Pool ? block : block - 1); }

std::vector<Layer> ordered_once(std::vector<Layer> layers) {
  std::sort(layers.begin(), layers.end(), [](const Layer& a, const Layer& b) { return a.depth() < b.depth(); });
  layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
  return layers;
}

std::optional<size_t> index_of(const std::vector<Layer>& layers, const Layer& layer) {
  const auto found = std::find(layers.begin(), layers.end(), layer);
  if (found == layers.end()) return std::nullopt;
  return static_cast<size_t>(found - layers.begin());
}

int64_t smallest_edge_for(const std::vector<Layer>& layers) {
  STYLER_ASSERT(!layers.empty());
  int64_t edge = 1;
  for (const Layer& layer : layers) edge = std::max(edge, layer.stride());
  return edge;
}

int64_t halo_for(const std::vector<Layer>& layers) {
  STYLER_ASSERT(!layers.empty());
  const Layer deepest = ordered_once(layers).back();
  // A 3×3 convolution looks one feature further to each side; ReLUs and poolings, whose 2×2 inputs tile the plane,
  // don't.
  int64_t reach = 0;
  for (const Layer& layer : all_layers()) {
    if (layer.kind == LayerKind::Conv) reach += layer.stride();
    if (layer == deepest) break;
  }
  return (reach + deepest.stride() - 1) / deepest.stride() * deepest.stride();
}

WeightedLayer WeightedLayer::parse(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);  // "relu1_1, relu2_1" is how people write lists
  const size_t colon = text.find(':');
  WeightedLayer result;
  result.layer = Layer::parse(text.substr(0, colon));
  if (colon == std::string_view::npos) return result;

  const std::string_view number = text.substr(colon + 1);
  const char* end = number.data() + number.size();
  const auto [parsed_to, status] = std::from_chars(number.data(), end, result.weight);
  if (status != std::errc() || parsed_to != end || !std::isfinite(result.weight) || result.weight < 0) {
    throw Error(ErrorCode::InvalidArgument, "the weight of layer '" + result.layer.name() + "' is '" +
                                                std::string(number) + "' but must be a number >= 0, as in '" +
                                                result.layer.name() + ":0.5'");
  }
  return result;
}

std::string WeightedLayer::text() const {
  if (weight == 1.0) return layer.name();
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << layer.name() << ':' << weight;
  return out.str();
}

}  // namespace styler
