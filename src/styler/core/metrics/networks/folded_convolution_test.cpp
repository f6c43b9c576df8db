#include "styler/core/metrics/networks/folded_convolution.hpp"

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {
namespace {

/// Random numbers for one, with variances that are none too small.
NetworkWeights weights_of(const NormalisedConvolution& convolution) {
  NetworkWeights weights;
  uint64_t seed = 0;
  for (const TensorEntry& tensor : tensors_of(convolution)) {
    const at::Tensor numbers = support::noise(tensor.shape, at::kFloat, ++seed);
    const bool is_variance = tensor.name.ends_with("running_var");
    weights.tensors.emplace_back(tensor.name, is_variance ? numbers.abs() + 0.5 : numbers);
  }
  return weights;
}

/// The convolution and its normalisation one after the other, in float64.
at::Tensor in_sequence(const NormalisedConvolution& convolution, const NetworkWeights& weights, double epsilon,
                       const at::Tensor& input) {
  const auto exact = [&](const std::string& name) {
    return tensor_named(weights, name).to(at::kDouble).view({-1, 1, 1});
  };
  const at::Tensor kernel = tensor_named(weights, convolution.kernel).to(at::kDouble);
  const at::Tensor plain =
      at::conv2d(input.to(at::kDouble), kernel, {}, at::IntArrayRef({convolution.stride, convolution.stride}),
                 at::IntArrayRef(convolution.padding), at::IntArrayRef({1, 1}), convolution.groups);
  const at::Tensor factor =
      exact(convolution.norm + ".weight") / (exact(convolution.norm + ".running_var") + epsilon).sqrt();
  return ((plain - exact(convolution.norm + ".running_mean")) * factor + exact(convolution.norm + ".bias")).relu();
}

TEST_CASE("a folded convolution is convolution, normalisation and activation in sequence, whichever way it takes",
          "[folded_convolution]") {
  constexpr double kEpsilon = 1e-3;
  // Large and small, with and without a border, of shapes that Winograd's tiles fit and don't; more than one picture.
  struct Case {
    NormalisedConvolution convolution;
    std::vector<int64_t> input;
  };
  const Case cases[] = {
      {{"k", "n", 16, 32, {3, 3}, 1, {0, 0}}, {3, 16, 41, 38}},
      {{"k", "n", 32, 16, {3, 3}, 1, {1, 1}}, {2, 32, 33, 35}},
      {{"k", "n", 16, 16, {3, 3}, 1, {1, 1}}, {1, 16, 9, 9}},
      {{"k", "n", 16, 16, {3, 3}, 2, {0, 0}}, {1, 16, 40, 41}},
      {{"k", "n", 3, 16, {3, 3}, 1, {0, 0}}, {1, 3, 40, 40}},
      {{"k", "n", 16, 16, {1, 7}, 1, {0, 3}}, {1, 16, 40, 40}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.input[2], one.input[3]);
    const NetworkWeights weights = weights_of(one.convolution);
    const FoldedConvolution folded(one.convolution, weights, kEpsilon, FoldedConvolution::Activation::Relu, at::kCPU);
    const at::Tensor input = support::noise(one.input, at::kFloat, 9).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor expected = in_sequence(one.convolution, weights, kEpsilon, input);
    const at::Tensor actual = folded(input);
    REQUIRE(actual.sizes() == expected.sizes());
    CHECK((actual - expected).abs().max().item<double>() < 1e-5 * expected.abs().max().item<double>());
  }
}

}  // namespace
}  // namespace styler
