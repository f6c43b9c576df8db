#include "waves.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

#include <cmath>
#include <map>
#include <string>

namespace styler::parity {

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

}  // namespace styler::parity
