#include "styler/core/generator/fast_generator.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <map>
#include <string>

#include "styler/core/kernels/cpu_kernels.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {
namespace {

/// Of random numbers everywhere, so that every parameter has a say.
Generator random_generator(GeneratorWidth width, at::ScalarType dtype = at::kFloat) {
  std::map<std::string, at::Tensor> tensors;
  uint64_t seed = 1;
  const Generator fresh(width, 3);
  for (const auto& [name, tensor] : fresh.parameters()) {
    tensors[name] = (tensor + 0.05 * support::noise(tensor.sizes(), at::kDouble, ++seed)).to(dtype);
  }
  return {width, tensors};
}

double distance(const at::Tensor& actual, const at::Tensor& expected) {
  return ((actual.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

/// A picture and, by autograd, all parameters' gradients of its product with noise.
struct Expected {
  at::Tensor picture, weights;
  std::vector<at::Tensor> gradients;
};
Expected expected_of(const Generator& generator, const at::Tensor& photo) {
  for (const auto& [name, tensor] : generator.parameters()) tensor.requires_grad_(true);
  Expected result{generator.run(photo), support::noise(photo.sizes(), at::kDouble, 8), {}};
  (result.picture * result.weights).sum().backward();
  for (const auto& [name, tensor] : generator.parameters()) result.gradients.push_back(tensor.grad());
  result.picture = result.picture.detach();
  return result;
}

}  // namespace

TEST_CASE("A fast generator in float32 paints and learns as the plain one in float64", "[fast_generator]") {
  const auto width = GENERATE(GeneratorWidth::Tiny, GeneratorWidth::Small);
  // Of a quarter of their size some have parts of tiles, an odd edge, or nothing but edges.
  const Size size = GENERATE(Size{40, 52}, Size{8, 8}, Size{12, 100}, Size{64, 8});
  const Generator plain = random_generator(width, at::kDouble), generator = random_generator(width);
  const at::Tensor photo = support::picture(size, 5);
  const Expected expected = expected_of(plain, photo.to(at::kDouble));
  for (const CpuKernels* kernels : cpu_kernels(at::kFloat)) {
    CAPTURE(kernels->instruction_set, size.height, size.width, kGeneratorWidths.word(width));
    FastGenerator fast(generator, at::kFloat, *kernels);
    const at::Tensor picture = fast.forward(photo);
    CHECK(distance(picture - photo, expected.picture - photo) < 2e-5);
    CHECK(at::equal(fast.run(photo), picture));
    const at::Tensor gradients = fast.backward(expected.weights.to(at::kFloat));
    int64_t place = 0;
    for (size_t i = 0; i < expected.gradients.size(); ++i) {
      const at::Tensor& gradient = expected.gradients[i];
      CAPTURE(plain.parameters()[i].first);
      CHECK(distance(gradients.narrow(0, place, gradient.numel()).view(gradient.sizes()), gradient) < 2e-4);
      place += gradient.numel();
    }
    CHECK(place == gradients.numel());
  }
}

}  // namespace styler
