#include "styler/core/generator/fast_generator.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

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

/// A picture, and all parameters' gradients of its product with noise.
struct Result {
  at::Tensor picture;
  std::vector<at::Tensor> gradients;
};

at::Tensor loss_weights(const at::Tensor& photo) { return support::noise(photo.sizes(), at::kDouble, 8); }

/// By autograd.
Result result_of(const Generator& generator, const at::Tensor& photo) {
  for (const auto& [name, tensor] : generator.parameters()) tensor.requires_grad_(true);
  Result result{generator.run(photo), {}};
  (result.picture * loss_weights(photo)).sum().backward();
  for (const auto& [name, tensor] : generator.parameters()) {
    result.gradients.push_back(tensor.grad());
    tensor.mutable_grad() = at::Tensor();
    tensor.requires_grad_(false);
  }
  result.picture = result.picture.detach();
  return result;
}

Result result_of(FastGenerator& fast, const Generator& generator, const at::Tensor& photo) {
  Result result{fast.forward(photo), {}};
  const at::Tensor row = fast.backward(loss_weights(photo).to(at::kFloat));
  int64_t place = 0;
  for (const auto& [name, tensor] : generator.parameters()) {
    result.gradients.push_back(row.narrow(0, place, tensor.numel()).view(tensor.sizes()));
    place += tensor.numel();
  }
  CHECK(place == row.numel());
  return result;
}

std::vector<at::Tensor> flat(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> result;
  for (const at::Tensor& tensor : tensors) result.push_back(tensor.reshape({-1}).to(at::kDouble));
  return result;
}

/// What a picture was before the logistic function, which would make every error small.
at::Tensor sums_of(const Result& result) { return at::logit(result.picture.to(at::kDouble)); }

/// The largest of the gradients' distances.
double gradient_distance(const Result& actual, const Result& expected) {
  double most = 0;
  for (size_t i = 0; i < expected.gradients.size(); ++i) {
    most = std::max(most, distance(actual.gradients[i], expected.gradients[i]));
  }
  return most;
}

}  // namespace

TEST_CASE("A fast generator in float32 paints and learns as the plain one", "[fast_generator][processor]") {
  const auto width = GENERATE(GeneratorWidth::Tiny, GeneratorWidth::Small, GeneratorWidth::Large);
  // Of a quarter of their size some have parts of tiles, an odd edge, or nothing but edges.
  const Size size = GENERATE(Size{40, 52}, Size{8, 8}, Size{12, 100}, Size{64, 8});
  const Generator exact = random_generator(width, at::kDouble), plain = random_generator(width);
  const at::Tensor photo = support::picture(size, 5);
  const Result expected = result_of(exact, photo.to(at::kDouble)), by_libtorch = result_of(plain, photo);
  for (const CpuKernels* kernels : cpu_kernels(at::kFloat)) {
    CAPTURE(kernels->instruction_set, size.height, size.width, kGeneratorWidths.word(width));
    FastGenerator fast(plain, at::kFloat, *kernels);
    const Result actual = result_of(fast, plain, photo);
    // Winograd's filtering loses a digit, and few positions make norms magnify what is lost.
    CHECK(distance(sums_of(actual), sums_of(expected)) < 1e-6 + 10 * distance(sums_of(by_libtorch), sums_of(expected)));
    CHECK(gradient_distance(actual, expected) < 1e-5 + 10 * gradient_distance(by_libtorch, expected));
    CHECK(at::equal(fast.run(photo), actual.picture));
  }
}

TEST_CASE("A fast generator in bfloat16 is as near as its roundings allow", "[fast_generator][processor]") {
  const auto width = GENERATE(GeneratorWidth::Tiny, GeneratorWidth::Small);
  const Generator exact = random_generator(width, at::kDouble), generator = random_generator(width);
  const at::Tensor photo = support::picture({72, 100}, 5);
  const Result expected = result_of(exact, photo.to(at::kDouble));
  for (const CpuKernels* kernels : cpu_kernels(at::kBFloat16)) {
    FastGenerator fast(generator, at::kBFloat16, *kernels);
    const Result actual = result_of(fast, generator, photo);
    // Each of 15 layers rounds input, weights and output, by 2^-9 at most, in directions of their own: 1.3 %.
    // Winograd's filtering, which ten of them go by, doubles that and more.
    const double error = distance(sums_of(actual), sums_of(expected));
    CHECK(error < 0.06);
    // With features that are off by an error, so many ReLUs are on the wrong side, each of which takes away or lets
    // through a part of the gradient: its error is the root of that.
    const double of_gradients = distance(at::cat(flat(actual.gradients)), at::cat(flat(expected.gradients)));
    CHECK(of_gradients < 2 * std::sqrt(error));
    CHECK(gradient_distance(actual, expected) < 4 * std::sqrt(error));
  }
}

TEST_CASE("A fast generator's statistics are the plain one's, and pictures with given ones too",
          "[fast_generator][processor]") {
  const Generator generator = random_generator(GeneratorWidth::Tiny);
  const at::Tensor a = support::picture({24, 36}, 2), b = a.square(), both = at::cat({a, b});
  const NormStatistics expected = generator.statistics(both);
  for (const CpuKernels* kernels : cpu_kernels(at::kFloat)) {
    FastGenerator fast(generator, at::kFloat, *kernels);
    const NormStatistics actual = fast.statistics(both);
    REQUIRE(actual.means.size() == expected.means.size());
    for (size_t i = 0; i < expected.means.size(); ++i) {
      CHECK(support::relative_error(actual.means[i], expected.means[i]) < 1e-4);
      CHECK(support::relative_error(actual.variances[i], expected.variances[i]) < 1e-4);
    }
    CHECK((fast.run(both, expected) - generator.run(both, expected)).abs().max().item<double>() < 1e-5);
    CHECK((fast.run(both) - generator.run(both)).abs().max().item<double>() < 1e-4);
    CHECK(at::equal(fast.run(both), at::cat({fast.run(a), fast.run(b)})));
  }
}

TEST_CASE("A fast generator computes the same bytes on any number of threads", "[fast_generator][processor]") {
  const Generator generator = random_generator(GeneratorWidth::Small);
  const at::Tensor photo = support::picture({44, 60}, 2);
  const int threads = at::get_num_threads();
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    for (const CpuKernels* kernels : cpu_kernels(dtype)) {
      FastGenerator fast(generator, dtype, *kernels);
      at::set_num_threads(1);
      const Result one = result_of(fast, generator, photo);
      at::set_num_threads(3);
      const Result three = result_of(fast, generator, photo);
      CHECK(at::equal(one.picture, three.picture));
      for (size_t i = 0; i < one.gradients.size(); ++i) CHECK(at::equal(one.gradients[i], three.gradients[i]));
    }
  }
  at::set_num_threads(threads);
}

TEST_CASE("A fast generator follows its parameters when it is told", "[fast_generator][processor]") {
  const Generator generator = random_generator(GeneratorWidth::Tiny);
  const at::Tensor photo = support::picture({16, 20}, 2);
  for (const CpuKernels* kernels : cpu_kernels(at::kFloat)) {
    FastGenerator fast(generator, at::kFloat, *kernels);
    const at::Tensor before = fast.run(photo);
    for (const auto& [name, tensor] : generator.parameters()) tensor.detach().mul_(1.1);
    fast.pack();
    CHECK_FALSE(at::equal(fast.run(photo), before));
    CHECK(distance(fast.run(photo), generator.run(photo).to(at::kDouble)) < 1e-5);
    const Result expected = result_of(generator, photo);
    CHECK(gradient_distance(result_of(fast, generator, photo), expected) < 1e-3);
  }
}

TEST_CASE("A fast generator keeps as much of the photo as the plain one, and learns beside it",
          "[fast_generator][processor]") {
  Generator generator = random_generator(GeneratorWidth::Tiny);
  generator.keep_of_photo(0.4);
  const at::Tensor photo = support::picture({16, 20}, 2);
  for (const CpuKernels* kernels : cpu_kernels(at::kFloat)) {
    FastGenerator fast(generator, at::kFloat, *kernels);
    const Result actual = result_of(fast, generator, photo), expected = result_of(generator, photo);
    CHECK((actual.picture - expected.picture).abs().max().item<double>() < 1e-4);
    CHECK(gradient_distance(actual, expected) < 1e-3);
    fast.keep_of_photo(0);
    CHECK_FALSE(at::equal(fast.run(photo), actual.picture));
  }
}

TEST_CASE("There is no fast generator for float64", "[fast_generator][processor]") {
  CHECK(make_fast_generator(random_generator(GeneratorWidth::Tiny, at::kDouble), at::kFloat) == nullptr);
}

TEST_CASE("a batch's gradients are the sum of its pictures'", "[fast_generator][processor]") {
  const Generator generator = random_generator(GeneratorWidth::Tiny);
  const std::unique_ptr<FastGenerator> fast = make_fast_generator(generator, at::kFloat);
  if (!fast) return;
  const at::Tensor a = support::picture({16, 24}, 1), b = support::picture({16, 24}, 2);
  const Result of_a = result_of(*fast, generator, a), of_b = result_of(*fast, generator, b);
  const at::Tensor both = fast->forward(at::cat({a, b}));
  CHECK(at::equal(both, at::cat({of_a.picture, of_b.picture})));
  const at::Tensor weights = loss_weights(a).to(at::kFloat);
  const at::Tensor row = fast->backward(at::cat({weights, weights}));
  int64_t place = 0;
  for (size_t i = 0; i < of_a.gradients.size(); ++i) {
    const at::Tensor sum = (of_a.gradients[i] + of_b.gradients[i]).reshape({-1});
    CHECK(at::allclose(row.narrow(0, place, sum.numel()), sum, 1e-5, 1e-6));
    place += sum.numel();
  }
}

}  // namespace styler
