#include "styler/core/network/vgg19_weights.hpp"

#include <array>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

struct Block {
  int convolutions;
  int64_t channels;
};
/// Configuration E of Simonyan & Zisserman (2014), table 1.
constexpr std::array<Block, 5> kBlocks{{{2, 64}, {2, 128}, {4, 256}, {4, 512}, {4, 512}}};

/// Which block convolution `index` is in, and which it is there (both from 0).
std::pair<size_t, int> block_and_place(int index) {
  STYLER_ASSERT(index >= 0 && index < kVggConvolutions);
  size_t block = 0;
  while (index >= kBlocks[block].convolutions) index -= kBlocks[block++].convolutions;
  return {block, index};
}

}  // namespace

ChannelCount vgg_channels(int index) {
  const auto [block, place] = block_and_place(index);
  const int64_t out = kBlocks[block].channels;
  if (place > 0) return {out, out};
  return {block == 0 ? 3 : kBlocks[block - 1].channels, out};
}

std::string vgg_convolution_name(int index) {
  const auto [block, place] = block_and_place(index);
  return "conv" + std::to_string(block + 1) + "_" + std::to_string(place + 1);
}

const NetworkForm& vgg19_form() {
  static const NetworkForm form = [] {
    NetworkForm vgg19{"vgg19", "VGG19", "styler weights install", {}};
    for (int i = 0; i < kVggConvolutions; ++i) {
      const auto [in, out] = vgg_channels(i);
      vgg19.tensors.push_back({vgg_convolution_name(i) + ".weight", at::kFloat, {out, in, 3, 3}});
      vgg19.tensors.push_back({vgg_convolution_name(i) + ".bias", at::kFloat, {out}});
    }
    return vgg19;
  }();
  return form;
}

VggWeights vgg_from(NetworkWeights weights) {
  STYLER_ASSERT(weights.tensors.size() == size_t{2} * kVggConvolutions);
  VggWeights vgg;
  for (size_t i = 0; i < weights.tensors.size(); i += 2) {
    vgg.convolutions.push_back({std::move(weights.tensors[i].second), std::move(weights.tensors[i + 1].second)});
  }
  vgg.convention = weights.convention;
  vgg.origin = std::move(weights.origin);
  return vgg;
}

VggWeights load_weights(const std::filesystem::path& file) { return vgg_from(load_network(vgg19_form(), file)); }

void save_weights(const VggWeights& weights, const std::filesystem::path& file) {
  STYLER_ASSERT(weights.convolutions.size() == kVggConvolutions);
  NetworkWeights named{{}, weights.convention, weights.origin};
  for (int i = 0; i < kVggConvolutions; ++i) {
    const auto& [kernel, bias] = weights.convolutions[static_cast<size_t>(i)];
    named.tensors.emplace_back(vgg_convolution_name(i) + ".weight", kernel);
    named.tensors.emplace_back(vgg_convolution_name(i) + ".bias", bias);
  }
  save_network(vgg19_form(), named, file);
}

}  // namespace styler
