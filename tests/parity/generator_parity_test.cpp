#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

#include <cmath>
#include <map>
#include <string>

#include "fixtures.hpp"
#include "styler/core/generator/generator.hpp"
#include "support/catch.hpp"

namespace styler {
namespace {

/// The formula of make_generator_fixture.py.
at::Tensor waves(at::IntArrayRef shape, double number, double amplitude) {
  const at::Tensor places = at::arange(c10::multiply_integers(shape), at::kDouble);
  return ((0.7 + 0.01 * number) * places + number).sin().mul(amplitude).view(shape);
}

Generator generator_of_waves() {
  const Generator shapes(GeneratorWidth::Tiny, 1);
  std::map<std::string, at::Tensor> tensors;
  double number = 0;
  for (const auto& [name, tensor] : shapes.parameters()) {
    const bool is_weight = tensor.dim() == 4;
    const double inputs = is_weight ? static_cast<double>(tensor[0].numel()) : 1.0;
    tensors[name] = waves(tensor.sizes(), number++, is_weight ? 1 / std::sqrt(inputs) : 0.3);
    if (name.ends_with(".scale")) tensors[name].add_(1);
  }
  return {GeneratorWidth::Tiny, tensors};
}

}  // namespace

TEST_CASE("A generator paints and learns as in PyTorch", "[parity]") {
  const nlohmann::json fixture = parity::fixture("generator");
  const Generator generator = generator_of_waves();
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
