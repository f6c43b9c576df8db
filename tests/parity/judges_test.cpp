#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures.hpp"
#include "styler/core/metrics/frechet_distance.hpp"
#include "styler/core/metrics/inception_score.hpp"
#include "styler/core/metrics/kernel_distance.hpp"
#include "styler/core/metrics/networks/efficientnet_lite0.hpp"
#include "styler/core/metrics/networks/inception.hpp"
#include "styler/core/metrics/networks/judged_input.hpp"
#include "styler/core/metrics/networks/perceptual_distance.hpp"
#include "support/catch.hpp"
#include "waves.hpp"

// The networks and figures by which pictures are judged, against the packages that make_judge_fixture.py names.

namespace styler {
namespace {

using parity::waves;

/// What make_judge_fixture.py fills a network with.
NetworkWeights weights_of_waves(const NetworkForm& form) {
  NetworkWeights weights;
  for (const TensorEntry& entry : form.tensors) {
    const std::string& name = entry.name;
    const int letters = std::accumulate(name.begin(), name.end(), 0);
    at::Tensor values;
    if (entry.shape.size() > 1) {
      const auto inputs = static_cast<double>(c10::multiply_integers(entry.shape) / entry.shape[0]);
      values = waves(entry.shape, letters % 97, 2 / std::sqrt(inputs));
      if (name.starts_with("lin")) values = values.abs();
    } else {
      const bool is_about_1 = name.ends_with("running_var") || name.ends_with("bn.weight") ||
                              (name.find("_bn") != std::string::npos && name.ends_with(".weight"));
      values = waves(entry.shape, letters % 97, 0.3) + (is_about_1 ? 1 : 0);
    }
    weights.tensors.emplace_back(name, values.to(at::kFloat));
  }
  return weights;
}

void check_near(const at::Tensor& tensor, const nlohmann::json& probes) {
  const parity::ProbeError error = parity::probe_error(tensor, probes);
  CHECK(error.value < 1e-5);
  CHECK(error.norm < 1e-5);
}

void check_inception(InceptionKind kind, const nlohmann::json& fixture) {
  const Inception inception(kind, weights_of_waves(Inception::form(kind)), at::kCPU);
  size_t seen = 0;
  const at::Tensor features =
      inception.features(waves({1, 3, 107, 91}, 5, 1).to(at::kFloat), [&](std::string_view block, const at::Tensor& x) {
        const std::string name(block);
        CAPTURE(name);
        if (!fixture.at("blocks").contains(name)) return;
        check_near(x, fixture.at("blocks").at(name));
        ++seen;
      });
  CHECK(seen == fixture.at("blocks").size());
  check_near(features, fixture.at("features"));
  if (kind == InceptionKind::Fid) check_near(inception.logits(features), fixture.at("logits"));
}

void check_perceptual(TrunkKind kind, const nlohmann::json& fixture) {
  const at::Tensor a = (0.5 + waves({1, 3, 64, 70}, 8, 0.5)).to(at::kFloat);
  const at::Tensor b = (0.5 + waves({1, 3, 64, 70}, 9, 0.5)).to(at::kFloat);
  const NetworkWeights trunk = weights_of_waves(PerceptualTrunk::form(kind));
  const std::vector<at::Tensor> of_a = PerceptualTrunk(kind, trunk, at::kCPU).layers(a);
  const std::vector<at::Tensor> of_b = PerceptualTrunk(kind, trunk, at::kCPU).layers(b);
  double baseline = 0;
  REQUIRE(of_a.size() == fixture.at("taps").size());
  for (size_t i = 0; i < of_a.size(); ++i) {
    CAPTURE(i);
    check_near(of_a[i], fixture.at("taps").at(i));
    baseline += layer_difference(of_a[i], of_b[i]);
  }
  CHECK(baseline == support::Approx(fixture.at("baseline").get<double>()).epsilon(1e-5));
  const PerceptualDistance distance(kind, trunk, weights_of_waves(PerceptualDistance::form(kind)), at::kCPU);
  const std::vector<double> layers = distance.by_layer(a, b);
  const auto whole = fixture.at("distance").get<double>();
  for (size_t i = 0; i < layers.size(); ++i) {
    CHECK(layers[i] == support::Approx(fixture.at("layers").at(i).get<double>()).epsilon(0).margin(1e-5 * whole));
  }
  CHECK(distance.between(a, b) == support::Approx(whole).epsilon(1e-5));
}

/// Bytes of a picture, as the program reads them.
at::Tensor picture_of_waves(int64_t height, int64_t width, double number) {
  const at::Tensor values = 127.5 + waves({height, width, 3}, number, 127.5);
  return (values.round().clamp(0, 255) / 255).to(at::kFloat).permute({2, 0, 1}).unsqueeze(0);
}

}  // namespace

TEST_CASE("Inception of 2015 is pytorch-fid's and torch-fidelity's, block by block", "[parity]") {
  check_inception(InceptionKind::Fid, parity::fixture("judges").at("inceptions").at("inception-2015"));
}

TEST_CASE("torchvision's Inception is torchvision's, block by block, and ArtFID's is of its form", "[parity]") {
  const nlohmann::json fixture = parity::fixture("judges").at("inceptions").at("inception-torchvision");
  check_inception(InceptionKind::Torchvision, fixture);
  check_inception(InceptionKind::Art, fixture);
}

TEST_CASE("LPIPS and its trunks are those of the package lpips, layer by layer", "[parity]") {
  const nlohmann::json fixture = parity::fixture("judges").at("perceptual");
  check_perceptual(TrunkKind::Alex, fixture.at("alex"));
  check_perceptual(TrunkKind::Vgg, fixture.at("vgg"));
  check_perceptual(TrunkKind::Squeeze, fixture.at("squeeze"));
}

TEST_CASE("EfficientNet-lite0 is that of efficientnet_lite_pytorch", "[parity]") {
  const nlohmann::json fixture = parity::fixture("judges").at("efficientnet-lite0");
  const EfficientNetLite0 network(weights_of_waves(EfficientNetLite0::form()), at::kCPU);
  const at::Tensor features = network.features(waves({1, 3, 224, 224}, 4, 1).to(at::kFloat));
  check_near(features, fixture.at("features"));
  check_near(network.logits(features), fixture.at("logits"));
}

TEST_CASE("pictures for Inception are resized as each of the three tools does", "[parity]") {
  const nlohmann::json fixture = parity::fixture("judges").at("inputs");
  const std::array<std::pair<int64_t, int64_t>, 2> sizes{{{200, 451}, {411, 97}}};
  for (size_t i = 0; i < sizes.size(); ++i) {
    const at::Tensor picture = picture_of_waves(sizes[i].first, sizes[i].second, static_cast<double>(i));
    for (const auto& [resize, word] : kInceptionResizes.entries) {
      CAPTURE(i, word);
      // Places between pixels are rounded to float32 there, which of noise is as much.
      const at::Tensor input = inception_input(picture, resize);
      CHECK(parity::probe_error(input, fixture.at(i).at(std::string(word))).value < 5e-5);
    }
  }
}

TEST_CASE("distances and scores of features are those of the packages, subsets and shuffles included", "[parity]") {
  const nlohmann::json fixture = parity::fixture("judges").at("figures");
  const at::Tensor a = 0.4 + waves({70, 32}, 1, 40).sin();
  const at::Tensor b = 0.6 + 1.2 * waves({80, 32}, 2, 40).sin();
  CHECK(frechet_distance(gaussian_of_rows(a), gaussian_of_rows(b)) ==
        support::Approx(fixture.at("fid").get<double>()).epsilon(1e-7));
  const KernelDistance kernel = kernel_distance(a, b, {.subsets = 20, .subset_size = 50, .seed = 2020});
  CHECK(kernel.mean == support::Approx(fixture.at("kid").at(0).get<double>()).epsilon(1e-9));
  CHECK(kernel.stddev == support::Approx(fixture.at("kid").at(1).get<double>()).epsilon(1e-6));
  const InceptionScore score = inception_score(3 * a, {.splits = 7, .seed = 2020});
  CHECK(score.mean == support::Approx(fixture.at("is").at(0).get<double>()).epsilon(1e-9));
  CHECK(score.stddev == support::Approx(fixture.at("is").at(1).get<double>()).epsilon(1e-6));
}

}  // namespace styler
