#include <cmath>
#include <string>
#include <vector>

#include "fixtures.hpp"
#include "styler/core/network/vgg19.hpp"
#include "support/catch.hpp"

namespace styler {
namespace {

TEST_CASE("VGG19's features are PyTorch's, in all five blocks", "[parity][weights]") {
  const auto weights = parity::real_weights();
  if (!weights) return;
  const Pooling pooling = GENERATE(Pooling::Max, Pooling::Average);
  const std::string name(kPoolings.word(pooling));
  const nlohmann::json fixture = parity::fixture("features");

  std::vector<Layer> layers;
  for (const auto& [layer, probes] : fixture.at(name).items()) layers.push_back(Layer::parse(layer));
  const ComputeDevice device = parity::test_device(at::kFloat);
  const auto network = make_vgg19(*weights, layers, pooling, device);
  const at::Tensor picture = parity::picture(fixture.at("picture")).to(device.device, at::kFloat);
  const std::vector<at::Tensor> features = network->features(picture);
  REQUIRE(features.size() == 37);

  for (size_t i = 0; i < features.size(); ++i) {
    const std::string layer = network->layers()[i].name();
    CAPTURE(layer, name);
    const parity::ProbeError error = parity::probe_error(features[i], fixture.at(name).at(layer));
    CHECK(error.value < 1e-5);
    CHECK(error.norm < 1e-5);
  }
}

}  // namespace
}  // namespace styler
