#include <ATen/TensorOperators.h>

#include "fixtures.hpp"
#include "styler/core/generator/generator.hpp"
#include "support/catch.hpp"
#include "waves.hpp"

namespace styler {

using parity::waves;

TEST_CASE("A generator paints and learns as in PyTorch", "[parity]") {
  const nlohmann::json fixture = parity::fixture("generator");
  const Generator generator = parity::generator_of_waves();
  for (const auto& [name, tensor] : generator.parameters()) tensor.requires_grad_(true);
  const at::Tensor picture = generator.run(0.5 + waves({1, 3, 20, 28}, 60, 0.4));
  const parity::ProbeError error = parity::probe_error(picture.detach(), fixture.at("picture"));
  CHECK(error.value < 1e-9);
  CHECK(error.norm < 1e-9);
  (picture * waves(picture.sizes(), 70, 1)).sum().backward();
  CHECK(fixture.at("gradients").size() == generator.parameters().size());
  for (const auto& [name, tensor] : generator.parameters()) {
    CAPTURE(name);
    const parity::ProbeError of_gradient = parity::probe_error(tensor.grad(), fixture.at("gradients").at(name));
    CHECK(of_gradient.value < 1e-7);
    CHECK(of_gradient.norm < 1e-7);
  }
}

}  // namespace styler
