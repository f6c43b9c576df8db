#include "styler/core/generator/texture.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <string>

#include "styler/core/picture/noise_layers.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {
namespace {

Generator texture_generator() {
  std::map<std::string, at::Tensor> tensors;
  const Generator fresh(GeneratorWidth::Tiny, 3);
  uint64_t seed = 1;
  for (const auto& [name, tensor] : fresh.parameters()) {
    tensors[name] = tensor + 0.1 * support::noise(tensor.sizes(), at::kFloat, ++seed).cpu();
  }
  return {GeneratorWidth::Tiny, tensors};
}

/// The mean step from one row or column to the next.
double steps_along(const at::Tensor& picture, int64_t axis) {
  return (picture.narrow(axis, 1, picture.size(axis) - 1) - picture.narrow(axis, 0, picture.size(axis) - 1))
      .abs()
      .mean()
      .item<double>();
}
double step_over_the_edge(const at::Tensor& picture, int64_t axis) {
  return (picture.narrow(axis, 0, 1) - picture.narrow(axis, picture.size(axis) - 1, 1)).abs().mean().item<double>();
}

}  // namespace

TEST_CASE("every seed gives other noise, the same each time, that goes on beyond its edges", "[texture][processor]") {
  const at::Tensor noise = noise_layers({130, 200}, 4);
  CHECK(noise.sizes() == at::IntArrayRef({1, 3, 130, 200}));
  CHECK(at::equal(noise, noise_layers({130, 200}, 4)));
  CHECK_FALSE(at::equal(noise, noise_layers({130, 200}, 5)));
  CHECK(noise.min().item<double>() >= 0);
  CHECK(noise.max().item<double>() <= 1);
  for (int64_t channel = 0; channel < 3; ++channel) {
    const at::Tensor layer = noise.narrow(1, channel, 1);
    CHECK(layer.std().item<double>() > 0.1);
    for (const int64_t axis : {2, 3}) CHECK(step_over_the_edge(layer, axis) < 2.5 * steps_along(layer, axis));
  }
  CHECK(noise_layers({1, 1}, 0).numel() == 3);
}

TEST_CASE("a texture that is tileable goes on beyond its edges as within, to the bit", "[texture][processor]") {
  const Generator generator = texture_generator();
  const PaintOptions options{.part_edge = 64};
  const at::Tensor picture = paint_texture(generator, {{96, 136}, 3, true}, options);
  REQUIRE(picture.sizes() == at::IntArrayRef({1, 3, 96, 136}));
  for (const int64_t axis : {2, 3}) CHECK(step_over_the_edge(picture, axis) < 1.5 * steps_along(picture, axis));
  CHECK(at::equal(picture, paint_texture(generator, {{96, 136}, 3, true}, options)));
  CHECK((picture - paint_texture(generator, {{96, 136}, 4, true}, options)).abs().mean().item<double>() > 0.01);
  // Painted of noise that lies elsewhere, it is the same elsewhere: no place is an edge's.
  const at::Tensor noise = noise_layers({96, 136}, 3), moved = at::roll(noise, {40, 60}, {2, 3});
  const NormStatistics statistics = picture_statistics(generator, noise, options);
  const auto painted = [&](const at::Tensor& of) {
    return paint(generator, wrapped(of, Generator::kReach), statistics, options)
        .narrow(2, Generator::kReach, 96)
        .narrow(3, Generator::kReach, 136);
  };
  CHECK((at::roll(painted(noise), {40, 60}, {2, 3}) - painted(moved)).abs().max().item<double>() < 1e-4);
}

TEST_CASE("a texture of any size is painted, and stopped", "[texture][processor]") {
  const Generator generator = texture_generator();
  CHECK(paint_texture(generator, {{7, 130}, 1}).sizes() == at::IntArrayRef({1, 3, 7, 130}));
  const auto stop = [](double) { return Control::Stop; };
  CHECK_FALSE(paint_texture(generator, {{64, 64}, 1, true}, {}, stop).defined());
}

TEST_CASE("variety is of what differs from place to place, and its gradient is its own", "[texture][processor]") {
  const at::Tensor picture = support::noise({1, 3, 70, 100}, at::kDouble, 3).cpu() + 0.5;
  CHECK(variety_of(at::full({1, 3, 64, 64}, 0.3)) == 0);
  at::Tensor halves = at::zeros({1, 3, 64, 64}, at::kDouble);
  halves.narrow(3, 0, 32).fill_(1);
  CHECK(variety_of(halves) == 1);
  const at::Tensor direction = support::noise(picture.sizes(), at::kDouble, 4).cpu();
  constexpr double kStep = 1e-5;
  const double slope =
      (std::log(variety_of(picture + direction * kStep)) - std::log(variety_of(picture - direction * kStep))) /
      (2 * kStep);
  CHECK((log_variety_gradient(picture) * direction).sum().item<double>() == support::Approx(slope).epsilon(1e-5));
}

}  // namespace styler
