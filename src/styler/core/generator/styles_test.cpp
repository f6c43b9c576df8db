#include "styler/core/generator/styles.hpp"

#include <ATen/ATen.h>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

namespace styler {
namespace {

/// Of two styles, whose every number has a say.
StyledGenerator two_styles() {
  const Generator fresh(GeneratorWidth::Tiny, 3);
  for (const auto& [name, tensor] : fresh.parameters()) {
    tensor.add_(0.05 * support::noise(tensor.sizes(), at::kDouble, 4).to(at::kCPU).to(at::kFloat));
  }
  StyledGenerator both{fresh.on(support::test_device()), {}};
  both.more.push_back(both.row(0) + 0.2 * support::noise(both.row(0).sizes(), at::kDouble, 5).to(at::kFloat));
  return both;
}

}  // namespace

TEST_CASE("a style is a row of numbers, and convolutions serve all styles", "[styles]") {
  const StyledGenerator both = two_styles();
  const at::Tensor photo = support::picture({16, 24}, 1);
  const at::Tensor first = both.painter().run(photo);
  CHECK(at::equal(both.painter({1, 0}).run(photo), first));
  const Generator second = both.painter({0, 7});
  CHECK(at::equal(style_row(second), both.row(1)));
  CHECK_FALSE(at::equal(second.run(photo), first));
  CHECK(second.parameters().front().second.is_alias_of(both.generator.parameters().front().second));
  CHECK(at::equal(both.painter().run(photo), first));  // whose row has stayed
}

TEST_CASE("a blend of styles is of their rows, by their shares", "[styles]") {
  const StyledGenerator both = two_styles();
  const at::Tensor expected = both.row(0) * 0.75 + both.row(1) * 0.25;
  CHECK((style_row(both.painter({3, 1})) - expected).abs().max().item<double>() < 1e-6);
  CHECK(at::equal(style_row(both.painter({3, 1})), style_row(both.painter({0.75, 0.25}))));
}

TEST_CASE("at strength 0 the picture is the photo, whatever else the rows hold, and at 1 the style's", "[styles]") {
  StyledGenerator both = two_styles();
  const at::Tensor photo = support::picture({16, 24}, 1), whole = both.painter({0, 1}).run(photo);
  both.calm = calm_row(both.generator);
  const at::Tensor free = free_in_calm_row(both.generator);
  both.calm += 0.3 * support::noise(free.sizes(), at::kDouble, 6).to(at::kFloat) * free;
  const at::Tensor calm = both.painter({0, 1}, 0).run(photo);
  CHECK((calm - photo).abs().max().item<double>() < 0.0021);  // of black and white half a step of 8 bits
  CHECK(at::equal(both.painter({0, 1}, 1).run(photo), whole));
  const at::Tensor half = both.painter({0, 1}, 0.5).run(photo);
  CHECK((half - photo).norm().item<double>() > 0.1);
  CHECK((half - whole).norm().item<double>() > 0.1);
}

TEST_CASE("a row that is taken is the row that is told", "[styles]") {
  const StyledGenerator both = two_styles();
  const Generator copy = both.generator.on(support::test_device());
  take_style(copy, both.row(1));
  CHECK(at::equal(style_row(copy), both.row(1)));
  const int64_t weights = copy.parameters().front().second.numel();
  CHECK(weights > 0);
  CHECK(at::equal(copy.parameters().front().second, both.generator.parameters().front().second));
}

}  // namespace styler
