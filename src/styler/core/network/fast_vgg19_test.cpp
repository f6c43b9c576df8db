#include "styler/core/network/fast_vgg19.hpp"

#include <ATen/Parallel.h>

#include "support/catch.hpp"
#include "support/feature_losses.hpp"
#include "support/shallow_vgg19.hpp"
#include "support/tensors.hpp"

using namespace styler;
using support::layers;
using support::noise;
using support::pulled_back;
using support::relative_error;
using support::shallow_weights;

namespace {

/// Taps of every kind: before and after a ReLU, of a pooling, and a ReLU that a pooling follows.
const std::vector<Layer> kFastTaps = layers({"conv1_1", "relu1_2", "pool1", "relu2_1", "conv2_2", "relu3_1"});

struct Result {
  std::vector<at::Tensor> features;
  at::Tensor gradient;
};

/// Features of a picture and the gradient that belongs to noise on each of them for which `is_seeded`.
Result result_of(
    const FeatureExtractor& network, const at::Tensor& picture,
    const std::function<bool(size_t)>& is_seeded = [](size_t) { return true; }) {
  FeaturePass pass = network.run(picture, {}, WayBack::Kept);
  Result result;
  std::vector<at::Tensor> seeds;
  for (size_t i = 0; i < pass.features.size(); ++i) {
    const at::Tensor& features = pass.features[i];
    seeds.push_back(is_seeded(i) ? noise(features.sizes(), features.scalar_type(), 20 + i) : at::Tensor());
    result.features.push_back(features.to(at::kDouble));
  }
  result.gradient = pulled_back(pass, seeds).to(at::kDouble);
  return result;
}

ComputeDevice cpu(at::ScalarType dtype) { return {c10::DeviceType::CPU, dtype, "for tests"}; }

double relative_distance(const at::Tensor& actual, const at::Tensor& expected) {
  return ((actual - expected).norm() / expected.norm()).item<double>();
}

}  // namespace

TEST_CASE("the fast network and its way back agree with the reference in float64", "[fast_vgg19][processor]") {
  const Pooling pooling = GENERATE(Pooling::Max, Pooling::Average);
  // Whole tiles, parts of tiles, rows that a pooling drops, and pictures smaller than a tile.
  const Size size = GENERATE(Size{16, 24}, Size{13, 18}, Size{38, 5}, Size{4, 4});
  const Padding padding = GENERATE(Padding::Zero, Padding::Replicate, Padding::Reflect, Padding::Circular);
  const at::Tensor picture = support::picture(size, 3);
  const auto reference = make_reference_vgg19(shallow_weights(), kFastTaps, pooling, cpu(at::kDouble), padding);
  for (const CpuKernels* kernels : cpu_kernels(at::kFloat)) {
    CAPTURE(kernels->instruction_set, size.height, size.width, kPaddings.word(padding));
    const auto fast = make_fast_vgg19(shallow_weights(), kFastTaps, pooling, cpu(at::kFloat), *kernels, padding);
    for (size_t only = 0; only <= kFastTaps.size(); ++only) {  // one layer's gradient alone, and last all together
      const auto is_seeded = [&](size_t i) { return only == kFastTaps.size() || i == only; };
      const Result expected = result_of(*reference, picture.to(at::kDouble), is_seeded);
      const Result actual = result_of(*fast, picture, is_seeded);
      for (size_t i = 0; i < kFastTaps.size(); ++i) {
        CHECK(relative_error(actual.features[i], expected.features[i]) < 1e-5);
      }
      CHECK(relative_error(actual.gradient, expected.gradient) < 1e-5);
    }
  }
}

TEST_CASE("the fast network in bfloat16 errs no more than twice as much as the reference in bfloat16",
          "[fast_vgg19][processor]") {
  const at::Tensor picture = support::picture({32, 40});
  const auto network = [&](at::ScalarType dtype) {
    return make_reference_vgg19(shallow_weights(), kFastTaps, Pooling::Max, cpu(dtype));
  };
  const Result exact = result_of(*network(at::kDouble), picture.to(at::kDouble));
  const Result plain = result_of(*network(at::kBFloat16), picture);
  for (const CpuKernels* kernels : cpu_kernels(at::kBFloat16)) {
    const auto fast = make_fast_vgg19(shallow_weights(), kFastTaps, Pooling::Max, cpu(at::kBFloat16), *kernels);
    const Result actual = result_of(*fast, picture);
    for (size_t i = 0; i < kFastTaps.size(); ++i) {
      CHECK(relative_distance(actual.features[i], exact.features[i]) <
            2 * relative_distance(plain.features[i], exact.features[i]));
    }
    CHECK(relative_distance(actual.gradient, exact.gradient) < 2 * relative_distance(plain.gradient, exact.gradient));
  }
}

TEST_CASE("the fast network computes the same bits on any number of threads", "[fast_vgg19][processor]") {
  const at::Tensor picture = support::picture({45, 70});
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    for (const CpuKernels* kernels : cpu_kernels(dtype)) {
      const auto network = make_fast_vgg19(shallow_weights(), kFastTaps, Pooling::Max, cpu(dtype), *kernels);
      const int threads_before = at::get_num_threads();
      at::set_num_threads(1);
      const Result alone = result_of(*network, picture);
      at::set_num_threads(3);
      const Result together = result_of(*network, picture);
      at::set_num_threads(threads_before);
      for (size_t i = 0; i < kFastTaps.size(); ++i) CHECK(at::equal(alone.features[i], together.features[i]));
      CHECK(at::equal(alone.gradient, together.gradient));
    }
  }
}
