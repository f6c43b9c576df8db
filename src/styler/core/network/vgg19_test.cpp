#include "styler/core/network/vgg19.hpp"

#include "styler/core/kernels/edges.hpp"
#include "support/catch.hpp"
#include "support/feature_losses.hpp"
#include "support/shallow_vgg19.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;
using support::layers;
using support::noise;
using support::pulled_back;
using support::relative_error;
using support::shallow_weights;

namespace {

ComputeDevice exact() { return support::test_machine(at::kDouble); }

/// The same network written plainly and differentiable by autograd: what Vgg19 is held against.
std::vector<at::Tensor> plain_features(const VggWeights& weights, const at::Tensor& picture, bool max_pooling,
                                       Padding padding) {
  const auto& convention = weights.convention;
  const auto channel_values = [](const std::array<double, 3>& v) {
    return at::tensor({v[0], v[1], v[2]}, support::on_device(at::kDouble)).view({1, 3, 1, 1});
  };
  const auto conv = [&](const at::Tensor& x, size_t i) {
    const auto& [kernel, bias] = weights.convolutions[i];
    const Padding here = padding_in_block(padding, static_cast<int>(i / 2) + 1);
    const std::string mode = here == Padding::Zero ? "constant" : std::string(kPaddings.word(here));
    return at::conv2d(at::pad(x, {1, 1, 1, 1}, mode), kernel.to(at::kDouble), bias.to(at::kDouble));
  };
  const auto pool = [&](const at::Tensor& x) {
    return max_pooling ? at::max_pool2d(x, {2, 2}) : at::avg_pool2d(x, {2, 2});
  };
  at::Tensor x = (picture * convention.scale - channel_values(convention.mean)) / channel_values(convention.stddev);
  if (convention.bgr) x = x.flip({1});
  const at::Tensor conv1_1 = conv(x, 0);
  const at::Tensor relu1_2 = conv(conv1_1.relu(), 1).relu();
  const at::Tensor pool1 = pool(relu1_2);
  const at::Tensor relu2_2 = conv(conv(pool1, 2).relu(), 3).relu();
  return {conv1_1, pool1, relu2_2, conv(pool(relu2_2), 4).relu()};
}

}  // namespace

TEST_CASE("Vgg19 and its way back agree with a plain network under autograd", "[vgg19]") {
  VggWeights weights = shallow_weights();
  if (GENERATE(false, true)) weights.convention = InputConvention::caffe();
  const bool max_pooling = GENERATE(true, false);
  const Padding padding = GENERATE(Padding::Zero, Padding::Replicate, Padding::Reflect, Padding::Circular);
  const auto network = make_vgg19(weights, layers({"relu3_1", "conv1_1", "relu2_2", "pool1", "relu3_1"}),
                                  max_pooling ? Pooling::Max : Pooling::Average, exact(), padding);
  REQUIRE((network->layers() == layers({"conv1_1", "pool1", "relu2_2", "relu3_1"})));

  const at::Tensor picture = support::picture({13, 18}, 3, at::kDouble);  // odd rows are dropped by the poolings
  const at::Tensor leaf = picture.clone().requires_grad_(true);
  const std::vector<at::Tensor> expected = plain_features(weights, leaf, max_pooling, padding);

  FeaturePass pass = network->run(picture, {}, WayBack::Kept);
  const std::vector<at::Tensor> without_memory = network->features(picture);
  std::vector<at::Tensor> seeds;
  at::Tensor sum = at::zeros({}, support::on_device(at::kDouble));
  for (size_t i = 0; i < expected.size(); ++i) {
    CHECK(relative_error(pass.features[i], expected[i].detach()) < 1e-12);
    CHECK(at::equal(pass.features[i], without_memory[i]));
    seeds.push_back(noise(expected[i].sizes(), at::kDouble, 20 + i));
    sum = sum + (expected[i] * seeds.back()).sum();
  }
  SECTION("every layer contributes") {
    sum.backward();
    CHECK(relative_error(pulled_back(pass, seeds), leaf.grad()) < 1e-12);
  }
  SECTION("an undefined gradient stands for zero") {
    (expected[1] * seeds[1]).sum().backward();
    CHECK(relative_error(pulled_back(pass, {{}, seeds[1], {}, {}}), leaf.grad()) < 1e-12);
  }
  SECTION("no gradient at all gives zero") {
    CHECK(pulled_back(pass, {{}, {}, {}, {}}).abs().max().item<double>() == 0);
  }
}

TEST_CASE("Vgg19 goes only as deep as asked", "[vgg19]") {
  // shallow_weights() has nothing beyond conv3_1: going deeper would fail.
  const auto network = make_vgg19(shallow_weights(), layers({"conv3_1"}), Pooling::Max, exact());
  CHECK(network->min_edge() == 4);
  const at::Tensor smallest = network->features(support::picture({4, 4}, 1, at::kDouble))[0];
  CHECK(smallest.sizes() == at::IntArrayRef({1, 256, 1, 1}));
}

TEST_CASE("Vgg19 in bfloat16 is close to float32", "[vgg19]") {
  const at::Tensor picture = support::picture({32, 40});
  const auto features = [&](at::ScalarType dtype) {
    const auto network = make_vgg19(shallow_weights(), layers({"relu3_1"}), Pooling::Max, support::test_machine(dtype));
    return network->features(picture)[0].to(at::kFloat);
  };
  CHECK(relative_error(features(at::kBFloat16), features(at::kFloat)) < 0.02);
}

TEST_CASE("A tile with halo_for's margin has the picture's own features in its middle, one with less has not",
          "[vgg19]") {
  const auto deepest = layers({GENERATE("conv1_2", "pool1", "relu2_1", "pool2", "relu3_1")});
  const auto network = make_vgg19(shallow_weights(), deepest, Pooling::Max, exact());
  const int64_t stride = deepest.front().stride();
  const int64_t halo = halo_for(deepest);
  const at::Tensor picture = support::picture({48, 48}, 3, at::kDouble);
  const at::Tensor whole = network->features(picture).front();

  const int64_t first = 16, own = 16;
  const auto tile_error = [&](int64_t margin) {
    const at::Tensor tile =
        picture.narrow(2, first - margin, own + 2 * margin).narrow(3, first - margin, own + 2 * margin);
    const auto middle = [&](const at::Tensor& features, int64_t begin) {
      return features.narrow(2, begin / stride, own / stride).narrow(3, begin / stride, own / stride);
    };
    return relative_error(middle(network->features(tile).front(), margin), middle(whole, first));
  };
  CHECK(tile_error(halo) < 1e-12);
  CHECK(tile_error(halo - stride) > 1e-6);
}

TEST_CASE("A flat picture has no frame in the first layers, unless they pad with zeros", "[vgg19]") {
  const auto padding = GENERATE(Padding::Zero, Padding::Replicate, Padding::Reflect, Padding::Circular);
  const auto network = make_vgg19(shallow_weights(), layers({"relu1_1", "relu2_2"}), Pooling::Max, exact(), padding);
  for (const at::Tensor& features : network->features(at::full({1, 3, 16, 24}, 0.8, support::on_device(at::kDouble)))) {
    const at::Tensor middle = features.narrow(2, 3, 1).narrow(3, 5, 1);
    const double frame = (features - middle).abs().max().item<double>();
    CHECK((frame < 1e-12) == (padding != Padding::Zero));
  }
}

TEST_CASE("With circular padding a picture that is rolled by whole strides has its features rolled", "[vgg19]") {
  const auto padding = GENERATE(Padding::Circular, Padding::Replicate);
  const auto network = make_vgg19(shallow_weights(), layers({"relu2_1", "relu3_1"}), Pooling::Max, exact(), padding);
  const at::Tensor picture = support::picture({24, 16}, 3, at::kDouble);
  const auto features = network->features(picture);
  const auto rolled = network->features(picture.roll({8, -4}, {2, 3}));
  for (size_t i = 0; i < features.size(); ++i) {
    const int64_t stride = network->layers()[i].stride();
    const double error = relative_error(rolled[i], features[i].roll({8 / stride, -4 / stride}, {2, 3}));
    CHECK((error < 1e-12) == (padding == Padding::Circular));
  }
}
