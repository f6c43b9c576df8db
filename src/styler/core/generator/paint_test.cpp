#include "styler/core/generator/paint.hpp"

#include <ATen/ATen.h>

#include <vector>

#include "styler/core/picture/mirror.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

namespace styler {
namespace {

/// One whose last convolution does something.
Generator painting_generator(GeneratorNorm norm = GeneratorNorm::Instance) {
  std::map<std::string, at::Tensor> tensors;
  const Generator fresh(GeneratorWidth::Tiny, 3, norm);
  for (const auto& [name, tensor] : fresh.parameters()) tensors[name] = tensor.to(support::test_device());
  tensors["last.weight"] = 0.02 * support::noise(tensors["last.weight"].sizes(), at::kFloat, 7);
  for (const auto& [name, tensor] : fresh.frozen()) tensors[name] = tensor.to(support::test_device()) * 0.2 + 0.1;
  return {GeneratorWidth::Tiny, tensors, norm};
}

double difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

}  // namespace

TEST_CASE("In parts a picture comes out as in one piece", "[paint]") {
  const Generator generator = painting_generator(GENERATE(GeneratorNorm::Instance, GeneratorNorm::Batch));
  const auto size = GENERATE(Size{150, 211}, Size{96, 260}, Size{8, 300});
  const at::Tensor photo = support::picture(size, 2);
  const PaintOptions whole{.part_edge = 1024};
  const PaintOptions parts{.part_edge = 64};
  CHECK(difference(paint(generator, photo, parts), paint(generator, photo, whole)) < 1e-5);
  CHECK(difference(paint(generator, photo, whole), photo) > 0.01);
}

TEST_CASE("By fast kernels a picture comes out as by LibTorch", "[paint]") {
  const Generator generator = painting_generator(GENERATE(GeneratorNorm::Instance, GeneratorNorm::Batch));
  const auto size = GENERATE(Size{150, 211}, Size{9, 50});
  const auto sampled_pixels = GENERATE(int64_t{1} << 20, int64_t{1} << 16);
  const at::Tensor photo = support::picture(size, 2);
  const PaintOptions fast{.part_edge = 128, .sampled_pixels = sampled_pixels};
  PaintOptions plain = fast;
  plain.fast = false;
  CHECK(difference(paint(generator, photo, fast), paint(generator, photo, plain)) < 1e-5);
}

TEST_CASE("A picture of any size keeps its size, and its values are those of a picture", "[paint]") {
  const auto size = GENERATE(Size{1, 1}, Size{3, 50}, Size{13, 8}, Size{30, 41});
  const at::Tensor painted = paint(painting_generator(), support::picture(size, 2));
  CHECK(painted.sizes() == at::IntArrayRef({1, 3, size.height, size.width}));
  CHECK(painted.min().item<double>() >= 0);
  CHECK(painted.max().item<double>() <= 1);
}

TEST_CASE("Statistics of samples are near those of a picture that is alike everywhere, and cost as many pixels",
          "[paint]") {
  const Generator generator = painting_generator();
  const at::Tensor photo =
      support::picture({512, 768}, 2).mul(0.2).add(0.3 * support::noise({1, 3, 512, 768}, at::kFloat, 4).sigmoid());
  const NormStatistics whole = picture_statistics(generator, photo, {.sampled_pixels = int64_t{1} << 30});
  const NormStatistics sampled = picture_statistics(generator, photo, {.sampled_pixels = 4 * 256 * 256});
  REQUIRE(sampled.means.size() == whole.means.size());
  for (size_t i = 0; i < whole.means.size(); ++i) {
    CAPTURE(i);
    const at::Tensor deviation = whole.variances[i].sqrt();
    CHECK(((sampled.means[i] - whole.means[i]) / deviation).abs().mean().item<double>() < 0.1);
    CHECK((sampled.variances[i] / whole.variances[i] - 1).abs().mean().item<double>() < 0.15);
  }
}

TEST_CASE("With its own statistics given a picture is painted as without, and pooling one changes nothing", "[paint]") {
  const GeneratorNorm norm = GENERATE(GeneratorNorm::Instance, GeneratorNorm::Batch);
  const Generator generator = painting_generator(norm);
  const at::Tensor photo = support::picture({60, 84}, 2), other = support::picture({60, 84}, 5) * 0.5;
  const NormStatistics own = picture_statistics(generator, photo), others = picture_statistics(generator, other);
  CHECK(difference(paint(generator, photo, own), paint(generator, photo)) < 1e-5);
  CHECK(difference(paint(generator, photo, pooled_statistics({own})), paint(generator, photo)) < 1e-4);
  if (norm == GeneratorNorm::Instance) {
    CHECK(difference(paint(generator, photo, others), paint(generator, photo)) > 0.01);
  }
  // Of the photos' own norm: both together are as one picture of twice the size.
  const NormStatistics both = pooled_statistics({own, others});
  const at::Tensor side_by_side = at::cat({photo, other}, 3);
  CHECK(support::relative_error(both.means[0].flatten(), side_by_side.mean({0, 2, 3})) < 1e-5);
  CHECK(support::relative_error(both.variances[0].flatten(), side_by_side.var({0, 2, 3}, false)) < 1e-4);
}

TEST_CASE("Painting tells how far it is after every part, and can be stopped", "[paint]") {
  const at::Tensor photo = support::picture({64, 128}, 2);
  std::vector<double> told;
  const at::Tensor whole = paint(painting_generator(), photo, {.part_edge = 64}, [&](double done) {
    told.push_back(done);
    return Control::Continue;
  });
  CHECK(told == std::vector<double>{0.5, 1.0});
  CHECK(whole.defined());
  CHECK_FALSE(paint(painting_generator(), photo, {.part_edge = 64}, [](double) { return Control::Stop; }).defined());
}

}  // namespace styler
