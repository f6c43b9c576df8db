#pragma once

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <string>
#include <utility>
#include <vector>

#include "styler/core/loss/objective.hpp"
#include "styler/core/network/features.hpp"
#include "support/tensors.hpp"

namespace support {

/// A network of two seeded convolutions with a pooling between them, differentiated by autograd: small enough for
/// numeric gradients, and a check of ours that shares no code with Vgg19. Taps relu1_1 (4 channels) and relu2_1 (6).
class TinyNetwork final : public styler::FeatureExtractor {
 public:
  /// \param padding  in both convolutions.
  explicit TinyNetwork(at::ScalarType dtype = at::kFloat, styler::Padding padding = styler::Padding::Zero)
      : TinyNetwork(noise({4, 3, 3, 3}, dtype, 11) * 0.4, noise({6, 4, 3, 3}, dtype, 12) * 0.3, padding) {}
  /// \param first, second  [4, 3, 3, 3] and [6, 4, 3, 3].
  TinyNetwork(at::Tensor first, at::Tensor second, styler::Padding padding = styler::Padding::Zero)
      : padding_(padding),
        layers_{styler::Layer::parse("relu1_1"), styler::Layer::parse("relu2_1")},
        first_(std::move(first)),
        second_(std::move(second)) {}

  const std::vector<styler::Layer>& layers() const override { return layers_; }
  int64_t min_edge() const override { return 2; }
  styler::Padding padding() const override { return padding_; }

  styler::FeaturePass run(const at::Tensor& input, styler::BlockRange blocks, styler::WayBack way_back) const override {
    const bool kept = way_back == styler::WayBack::Kept;
    const c10::AutoGradMode with_graph(kept);
    const at::Tensor leaf = input.detach().clone().requires_grad_(kept);
    std::vector<at::Tensor> graph(2);
    at::Tensor pooled = leaf;
    if (blocks.first == 1) {
      graph[0] = at::relu(convolved(leaf - 0.5, first_));
      pooled = at::avg_pool2d(graph[0], {2, 2});
    }
    const bool goes_on = blocks.last == 1;
    if (!goes_on) graph[1] = at::relu(convolved(pooled, second_));

    styler::FeaturePass pass;
    for (const at::Tensor& feature : graph) pass.features.push_back(feature.defined() ? feature.detach() : feature);
    if (goes_on) pass.output = pooled.detach();
    if (!kept) return pass;
    pass.pull_back = [leaf, graph, pooled](const styler::FeatureGradients& gradients, const at::Tensor& of_output) {
      const c10::AutoGradMode still_with_graph(true);
      at::Tensor sum = at::zeros({}, leaf.options());
      for (size_t i = 0; i < graph.size(); ++i) {
        const at::Tensor gradient = graph[i].defined() ? gradients(i) : at::Tensor();
        if (gradient.defined()) sum = sum + (graph[i] * gradient).sum();
      }
      if (of_output.defined()) sum = sum + (pooled * of_output).sum();
      if (!sum.requires_grad()) return at::zeros_like(leaf);
      sum.backward();
      return leaf.grad().detach().clone();
    };
    return pass;
  }

  /// Options whose layers this network has.
  static styler::ObjectiveOptions objective_options() {
    styler::ObjectiveOptions options;
    options.content_layers = {styler::WeightedLayer::parse("relu2_1")};
    options.style_layers = {styler::WeightedLayer::parse("relu1_1"), styler::WeightedLayer::parse("relu2_1:0.5")};
    return options;
  }

 private:
  at::Tensor convolved(const at::Tensor& input, const at::Tensor& kernel) const {
    if (padding_ == styler::Padding::Zero) return at::conv2d(input, kernel, {}, 1, 1);
    return at::conv2d(at::pad(input, {1, 1, 1, 1}, std::string(styler::kPaddings.word(padding_))), kernel);
  }

  styler::Padding padding_;
  std::vector<styler::Layer> layers_;
  at::Tensor first_, second_;
};

}  // namespace support
