#pragma once

#include <cmath>
#include <initializer_list>
#include <vector>

#include "styler/core/network/vgg19_weights.hpp"
#include "styler/options/network/layer.hpp"
#include "support/tensors.hpp"

namespace support {

/// Seeded weights for the convolutions up to conv3_1; a network that goes no deeper never reads the others.
inline styler::VggWeights shallow_weights() {
  styler::VggWeights weights;
  weights.convention = styler::InputConvention::torchvision();
  weights.convolutions.resize(styler::kVggConvolutions);
  for (int i = 0; i < 5; ++i) {
    const auto [in, out] = styler::vgg_channels(i);
    const double gain = std::sqrt(2.0 / static_cast<double>(9 * in));
    const auto seed = static_cast<uint64_t>(i);
    weights.convolutions[static_cast<size_t>(i)] = {(noise({out, in, 3, 3}, at::kDouble, seed) * gain).to(at::kFloat),
                                                    (noise({out}, at::kDouble, seed + 50) * 0.1).to(at::kFloat)};
  }
  return weights;
}

inline std::vector<styler::Layer> layers(std::initializer_list<const char*> names) {
  std::vector<styler::Layer> result;
  for (const char* name : names) result.push_back(styler::Layer::parse(name));
  return result;
}

}  // namespace support
