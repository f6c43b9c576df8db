#include "styler/core/network/batch.hpp"

#include "styler/base/error.hpp"
#include "styler/core/kernels/samples.hpp"
#include "styler/core/loss/content.hpp"
#include "styler/core/loss/range.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/loss/style/moments.hpp"
#include "styler/core/loss/total_variation.hpp"
#include "styler/core/network/tiled_network.hpp"
#include "styler/core/network/vgg19.hpp"
#include "support/catch.hpp"
#include "support/shallow_vgg19.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::relative_error;

namespace {

const std::vector<Layer> kTaps = {Layer::parse("relu1_1"), Layer::parse("pool1"), Layer::parse("conv2_2"),
                                  Layer::parse("relu3_1")};
constexpr Size kSize{33, 26};

at::Tensor pictures(at::ScalarType dtype) {
  return at::cat(
      {support::picture(kSize, 1, dtype), support::picture(kSize, 2, dtype), support::picture(kSize, 3, dtype)});
}

/// Gradients that differ from place to place; none for the second layer.
FeatureGradients gradients_like(const std::vector<at::Tensor>& features) {
  return [&features](size_t layer) { return layer == 1 ? at::Tensor() : features[layer].sin().mul_(0.1); };
}

struct Both {
  std::vector<at::Tensor> features;
  at::Tensor gradient;
};

Both both_ways(const FeatureExtractor& network, const at::Tensor& input) {
  const FeaturePass pass = network.run(input, {}, WayBack::Kept);
  Both result;
  for (const at::Tensor& layer : pass.features) result.features.push_back(layer.clone());
  result.gradient = pass.pull_back(gradients_like(result.features), {});
  return result;
}

void check_batch(const FeatureExtractor& network, at::ScalarType dtype, double tolerance) {
  const at::Tensor batch = pictures(dtype);
  const Both together = both_ways(network, batch);
  CHECK(together.gradient.sizes() == batch.sizes());
  for (int64_t i = 0; i < batch.size(0); ++i) {
    const Both alone = both_ways(network, batch.narrow(0, i, 1));
    for (size_t layer = 0; layer < alone.features.size(); ++layer) {
      CAPTURE(i, network.layers()[layer].name());
      CHECK(relative_error(together.features[layer].narrow(0, i, 1), alone.features[layer]) <= tolerance);
    }
    CHECK(relative_error(together.gradient.narrow(0, i, 1), alone.gradient) <= tolerance);
  }
}

}  // namespace

TEST_CASE("A network gives a batch the features and gradients of its pictures", "[batch]") {
  const auto padding = GENERATE(Padding::Zero, Padding::Reflect);
  const auto pooling = GENERATE(Pooling::Max, Pooling::Average);
  SECTION("on LibTorch's operators") {
    const ComputeDevice exact = support::test_machine(at::kDouble);
    check_batch(*make_reference_vgg19(support::shallow_weights(), kTaps, pooling, exact, padding), at::kDouble, 1e-12);
  }
  SECTION("on the kernels that this processor has, to the bit") {
    const ComputeDevice device = support::test_machine();
    check_batch(*make_vgg19(support::shallow_weights(), kTaps, pooling, device, padding), at::kFloat,
                vgg19_kernels(device) == "libtorch" ? 1e-5 : 0);
  }
}

TEST_CASE("A batch goes through tiles as well", "[batch]") {
  const ComputeDevice exact = support::test_machine(at::kDouble);
  const auto network = make_reference_vgg19(support::shallow_weights(), kTaps, Pooling::Max, exact);
  const at::Tensor batch = pictures(at::kDouble);
  const std::vector<at::Tensor> whole = network->features(batch);
  std::vector<at::Tensor> in_parts;
  for (const at::Tensor& layer : whole) in_parts.push_back(at::zeros_like(layer));
  TiledNetwork(*network, {2, 16}).visit(batch, [&](const FeaturePart& part) {
    part_of(in_parts[part.layer], part.place).copy_(part.features);
  });
  for (size_t layer = 0; layer < whole.size(); ++layer) CHECK(relative_error(in_parts[layer], whole[layer]) < 1e-12);
}

TEST_CASE("Losses that compare place by place sum over a batch", "[batch]") {
  const at::Tensor batch = pictures(at::kDouble) * 1.4 - 0.2;
  const at::Tensor target = batch.flip({2});
  double content = 0;
  LossAndGradient variation, range;
  std::vector<at::Tensor> variation_gradients, range_gradients;
  for (int64_t i = 0; i < batch.size(0); ++i) {
    const at::Tensor sample = batch.narrow(0, i, 1);
    content += content_loss(sample, target.narrow(0, i, 1), 0.7);
    const LossAndGradient of_variation = total_variation_loss(sample, 0.7, /*wraps=*/true);
    const LossAndGradient of_range = range_loss(sample, 0, 1, 0.7);
    variation.loss += of_variation.loss;
    range.loss += of_range.loss;
    variation_gradients.push_back(of_variation.gradient);
    range_gradients.push_back(of_range.gradient);
  }
  CHECK(content_loss(batch, target, 0.7) == support::Approx(content));
  const LossAndGradient variation_of_all = total_variation_loss(batch, 0.7, /*wraps=*/true);
  CHECK(variation_of_all.loss == support::Approx(variation.loss));
  CHECK(at::equal(variation_of_all.gradient, at::cat(variation_gradients)));
  const LossAndGradient range_of_all = range_loss(batch, 0, 1, 0.7);
  CHECK(range_of_all.loss == support::Approx(range.loss));
  CHECK(at::equal(range_of_all.gradient, at::cat(range_gradients)));
}

TEST_CASE("Statistics of a batch are refused, since they would mix its pictures, and taken sample by sample",
          "[batch]") {
  const at::Tensor features = support::noise({2, 16, 5, 7}, at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
  CHECK_THROWS_AS(gram_matrix(features), Bug);
  CHECK_THROWS_AS(mean_sum(features), Bug);
  const std::vector<at::Tensor> samples = samples_of(features);
  REQUIRE(samples.size() == 2);
  CHECK(relative_error(gram_matrix(samples[1]), gram_matrix(features.narrow(0, 1, 1).contiguous())) < 1e-5);
}
