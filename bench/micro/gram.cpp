// Gram matrices of the style layers at 512×384 px, alone and with the loss' gradient.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <algorithm>

#include "micro/benchmarks.hpp"
#include "micro/material.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"

namespace bench {
namespace {

/// Our kernels take channels-last features; the others go to LibTorch's products.
at::Tensor features_of(const Way& way, const styler::Layer& layer) {
  const styler::Size size = size_of(512);
  const int64_t channels = std::min<int64_t>(512, 32 << layer.block);
  const at::Tensor features =
      noise({1, channels, size.height / layer.stride(), size.width / layer.stride()}, /*seed=*/1).relu().to(way.dtype);
  return features.contiguous(way.maker == Maker::Kernels ? at::MemoryFormat::ChannelsLast
                                                         : at::MemoryFormat::Contiguous);
}

void gram_matrix(benchmark::State& state, const Way& way, const styler::Layer& layer) {
  const BlasThreadsFor blas(way.maker);
  const at::Tensor features = features_of(way, layer);
  styler::gram_matrix(features);
  for (auto _ : state) styler::gram_matrix(features);
}

void gram_loss(benchmark::State& state, const Way& way, const styler::Layer& layer) {
  const BlasThreadsFor blas(way.maker);
  const at::Tensor features = features_of(way, layer);
  const at::Tensor target = styler::gram_matrix(features) * 0.5;
  for (auto _ : state) {
    const styler::LossAndGradient loss = styler::gram_loss(styler::gram_matrix(features), target, /*factor=*/1.0);
    styler::gram_feature_gradient(loss.gradient, features, /*weight_sum=*/1.0);
  }
}

}  // namespace

void add_gram_matrices() {
  for (const Way& way : ways()) {
    for (const styler::WeightedLayer& weighted : styler::ObjectiveOptions().style_layers) {
      const styler::Layer layer = weighted.layer;
      const std::string name = way.name() + "/" + layer.name();
      add("gram_matrix/" + name, [=](benchmark::State& state) { gram_matrix(state, way, layer); });
      add("gram_loss_and_gradient/" + name, [=](benchmark::State& state) { gram_loss(state, way, layer); });
    }
  }
}

}  // namespace bench
