#include "styler/core/generator/generator.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <functional>
#include <map>
#include <string>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/workbench.hpp"

namespace styler {
namespace {

/// Of random numbers everywhere, in the last convolution too, so that what it paints is not the photo.
std::map<std::string, at::Tensor> busy_tensors(at::ScalarType dtype = at::kFloat) {
  std::map<std::string, at::Tensor> tensors;
  uint64_t seed = 1;
  const Generator fresh(GeneratorWidth::Tiny, 3);  // parameters() is a view into it
  for (const auto& [name, tensor] : fresh.parameters()) {
    tensors[name] =
        (tensor.to(support::test_device()) + 0.05 * support::noise(tensor.sizes(), at::kDouble, ++seed)).to(dtype);
  }
  return tensors;
}

std::string tensors_refusal(const std::map<std::string, at::Tensor>& tensors) {
  return support::message_of(ErrorCode::InvalidArgument,
                             [&] { const Generator generator(GeneratorWidth::Tiny, tensors); });
}

at::Tensor photo_of(Size size, at::ScalarType dtype = at::kFloat) { return support::picture(size, 5, dtype); }

/// With batch norm, frozen at random numbers.
Generator batch_generator(at::ScalarType dtype) {
  std::map<std::string, at::Tensor> tensors = busy_tensors(dtype);
  const Generator fresh(GeneratorWidth::Tiny, 3, GeneratorNorm::Batch);
  uint64_t seed = 50;
  for (const auto& [name, tensor] : fresh.frozen()) {
    const at::Tensor noise = support::noise(tensor.sizes(), at::kDouble, ++seed);
    tensors[name] = (name.ends_with(".mean") ? 0.1 * noise : noise.square() + 0.1).to(dtype);
  }
  return {GeneratorWidth::Tiny, tensors, GeneratorNorm::Batch};
}

/// Checks every parameter's gradient of the product of a picture and noise against differences.
void check_gradients(const Generator& generator, const std::function<at::Tensor()>& picture) {
  const at::Tensor weights = support::noise(picture().sizes(), at::kDouble, 8);
  const auto total = [&] { return (picture() * weights).sum(); };
  for (const auto& [name, tensor] : generator.parameters()) tensor.requires_grad_(true);
  total().backward();
  for (const auto& [name, tensor] : generator.parameters()) {
    CAPTURE(name);
    const at::Tensor gradient = tensor.grad();
    tensor.requires_grad_(false);
    const at::Tensor direction = support::noise(tensor.sizes(), at::kDouble, 9);
    constexpr double kStep = 1e-8;  // so short that hardly a ReLU changes its side
    at::Tensor moved = tensor;
    moved.add_(direction, kStep);
    const double above = total().item<double>();
    moved.sub_(direction, 2 * kStep);
    const double below = total().item<double>();
    moved.add_(direction, kStep);
    CHECK((gradient * direction).sum().item<double>() ==
          support::Approx((above - below) / (2 * kStep)).epsilon(1e-4).margin(1e-5));
  }
}

}  // namespace

TEST_CASE("a generator that has not been trained paints all in the colour it begins with", "[generator]") {
  const auto width = GENERATE(GeneratorWidth::Tiny, GeneratorWidth::Small, GeneratorWidth::Large);
  Generator generator = Generator(width, 1).on(support::test_device());
  const at::Tensor colour = at::tensor({0.2F, 0.5F, 0.6F}, support::on_device());
  generator.begin_with_colour(colour);
  const at::Tensor picture = generator.run(photo_of({16, 24}));
  CHECK(at::allclose(picture, colour.view({1, 3, 1, 1}).expand_as(picture), 1e-4, 1e-5));
}

TEST_CASE("colours stay within 0 and 1, those that a generator begins with too", "[generator]") {
  std::map<std::string, at::Tensor> tensors = busy_tensors(at::kDouble);
  for (auto& [name, tensor] : tensors) tensor = tensor * 20;
  const at::Tensor picture = Generator(GeneratorWidth::Tiny, tensors).run(photo_of({16, 24}, at::kDouble));
  CHECK(picture.min().item<double>() >= 0);
  CHECK(picture.max().item<double>() <= 1);
  Generator of_black = Generator(GeneratorWidth::Tiny, 1).on(support::test_device());
  of_black.begin_with_colour(at::tensor({0.0F, 1.0F, 0.5F}));
  CHECK(at::isfinite(of_black.run(photo_of({16, 24}))).all().item<bool>());
}

TEST_CASE("equal seeds give equal generators, others give others", "[generator]") {
  const auto first_weight = [](uint64_t seed) {
    return Generator(GeneratorWidth::Tiny, seed).parameters().front().second;
  };
  CHECK(at::equal(first_weight(4), first_weight(4)));
  CHECK_FALSE(at::equal(first_weight(4), first_weight(5)));
}

TEST_CASE("an even photo becomes an even picture: nothing is seen of the border", "[generator]") {
  const Generator generator(GeneratorWidth::Tiny, busy_tensors());
  const at::Tensor picture = generator.run(at::full({1, 3, 40, 64}, 0.3, support::on_device()));
  const at::Tensor inside = picture.narrow(2, 20, 1).narrow(3, 32, 1);
  CHECK((picture - inside).abs().max().item<double>() < 1e-5);
  CHECK((picture - 0.3).abs().max().item<double>() > 1e-3);
}

TEST_CASE("pictures of a batch are normalised each by itself", "[generator]") {
  const Generator generator(GeneratorWidth::Tiny, busy_tensors());
  const at::Tensor a = photo_of({16, 24}), b = a.square() * 0.5;
  const at::Tensor both = generator.run(at::cat({a, b}));
  CHECK((both.narrow(0, 0, 1) - generator.run(a)).abs().max().item<double>() < 1e-5);
  CHECK((both.narrow(0, 1, 1) - generator.run(b)).abs().max().item<double>() < 1e-5);
}

TEST_CASE("with the statistics of the same picture a run is the same", "[generator]") {
  const Generator generator(GeneratorWidth::Tiny, busy_tensors(at::kDouble));
  const at::Tensor photo = photo_of({20, 24}, at::kDouble);
  const at::Tensor given = generator.run(photo, generator.statistics(photo));
  CHECK((given - generator.run(photo)).abs().max().item<double>() < 1e-12);
  const at::Tensor others = generator.run(photo, generator.statistics(photo.square()));
  CHECK((others - given).abs().max().item<double>() > 1e-4);
}

TEST_CASE("autograd finds each parameter's gradient through the generator", "[generator]") {
  const Generator generator(GeneratorWidth::Tiny, busy_tensors(at::kDouble));
  const at::Tensor photo = photo_of({12, 16}, at::kDouble);
  check_gradients(generator, [&] { return generator.run(photo); });
}

TEST_CASE("autograd finds each parameter's gradient through batch norms and dropout", "[generator]") {
  const Generator generator = batch_generator(at::kDouble);
  const at::Tensor a = photo_of({12, 16}, at::kDouble), photos = at::cat({a, a.square()});
  check_gradients(generator, [&] {
    auto random = at::detail::createCPUGenerator(4);
    NormStatistics found;
    return generator.learn(photos, {.dropout = 0.3, .random = &random, .found = &found});
  });
}

TEST_CASE("batch norms learn from all photos together and paint with what they have frozen", "[generator]") {
  Generator generator = batch_generator(at::kDouble);
  const at::Tensor a = photo_of({12, 16}, at::kDouble), b = a.square() * 0.5, photos = at::cat({a, b});
  NormStatistics found;
  const at::Tensor learnt = generator.learn(photos, {.found = &found});
  NormStatistics alone;
  CHECK((learnt.narrow(0, 0, 1) - generator.learn(a, {.found = &alone})).abs().max().item<double>() > 1e-3);
  const at::Tensor before = generator.run(photos);
  CHECK((before - learnt).abs().max().item<double>() > 1e-3);
  CHECK((before.narrow(0, 1, 1) - generator.run(b)).abs().max().item<double>() < 1e-12);
  generator.follow(found, 1);
  CHECK((generator.run(photos) - learnt).abs().max().item<double>() < 1e-10);
  CHECK((generator.run(a, generator.statistics(a)) - generator.run(a)).abs().max().item<double>() < 1e-12);
}

TEST_CASE("without batch norm and dropout a generator learns as it paints", "[generator]") {
  const Generator generator(GeneratorWidth::Tiny, busy_tensors());
  CHECK(at::equal(generator.learn(photo_of({12, 16}), {}), generator.run(photo_of({12, 16}))));
}

TEST_CASE("dropout goes by its generator of numbers, and blanks the share that it is told", "[generator]") {
  const Generator generator(GeneratorWidth::Tiny, busy_tensors());
  const at::Tensor photo = photo_of({16, 24});
  const auto learnt = [&](uint64_t seed, double share) {
    auto random = at::detail::createCPUGenerator(seed);
    return generator.learn(photo, {.dropout = share, .random = &random});
  };
  CHECK(at::equal(learnt(1, 0.5), learnt(1, 0.5)));
  CHECK_FALSE(at::equal(learnt(1, 0.5), learnt(2, 0.5)));
  const at::Tensor plain = generator.run(photo);
  CHECK((learnt(1, 0.5) - plain).norm().item<double>() > 2 * (learnt(1, 0.02) - plain).norm().item<double>());
}

TEST_CASE("tensors that are no generator's are refused by name", "[generator]") {
  std::map<std::string, at::Tensor> tensors = busy_tensors();
  SECTION("one is missing") {
    tensors.erase("up1.scale");
    CHECK(tensors_refusal(tensors) == "there is no tensor 'up1.scale'");
  }
  SECTION("one is of another shape") {
    tensors["down1.weight"] = at::zeros({16, 8, 5, 5}, support::on_device());
    CHECK(tensors_refusal(tensors) == "'down1.weight' is F32 [16, 8, 5, 5] but must be F32 [16, 8, 3, 3]");
  }
  SECTION("one is of another type than the first") {
    tensors["up1.scale"] = at::ones({16}, support::on_device(at::kDouble));
    CHECK(tensors_refusal(tensors) == "'up1.scale' is F64 [16] but must be F32 [16]");
  }
  SECTION("one holds what is no number") {
    tensors["last.bias"][1] = NAN;
    CHECK(tensors_refusal(tensors) == "'last.bias' holds a number that is not finite");
  }
  SECTION("one is too many") {
    tensors["more"] = at::zeros({1}, support::on_device());
    CHECK(tensors_refusal(tensors) == "'more' is no tensor of a tiny generator with instance norm");
  }
  SECTION("what batch norms paint with is missing, or can't be") {
    const auto refusal = [&] {
      return support::message_of(ErrorCode::InvalidArgument, [&] {
        const Generator generator(GeneratorWidth::Tiny, tensors, GeneratorNorm::Batch);
      });
    };
    CHECK(refusal() == "there is no tensor 'first.mean'");
    const Generator whole = batch_generator(at::kFloat);  // frozen() is a view into it
    for (const auto& [name, tensor] : whole.frozen()) tensors[name] = tensor;
    tensors["up1.variance"][3] = -1;
    CHECK(refusal() == "'up1.variance' holds a number below 0");
  }
  SECTION("all are of whole numbers") {
    for (auto& [name, tensor] : tensors) tensor = tensor.to(at::kLong);
    CHECK(tensors_refusal(tensors) == "'down1.scale' is I64 but must be F32 or F64");
  }
}

}  // namespace styler
