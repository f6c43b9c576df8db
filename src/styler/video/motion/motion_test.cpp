#include <cmath>
#include <numbers>

#include "styler/video/motion/carry.hpp"
#include "styler/video/motion/flow.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"

using namespace styler;

namespace {

constexpr Size kFrame{120, 160};

at::Tensor coordinate(Size size, int64_t edge) {
  const at::Tensor line = at::arange(edge == 2 ? size.height : size.width, at::kFloat);
  return (edge == 2 ? line.view({1, 1, -1, 1}) : line.view({1, 1, 1, -1}))
      .expand({1, 1, size.height, size.width})
      .contiguous();
}

/// Smooth strokes at several sizes as a function of the place, so that every motion of it is known exactly.
at::Tensor texture(const at::Tensor& x, const at::Tensor& y, double phase = 0) {
  const at::Tensor red = (0.31 * x + 0.12 * y + phase).sin() + (0.07 * x - 0.23 * y).cos();
  const at::Tensor green = (0.45 * y - 0.17 * x + 2 * phase).sin() + (0.09 * y + 0.05 * x).cos();
  const at::Tensor blue = (0.21 * (x + y)).sin() + (0.13 * x - 0.37 * y + phase).cos();
  return at::cat({red, green, blue}, 1).mul_(0.2).add_(0.5);
}

/// A frame whose pixels show the texture where the flow leads to.
at::Tensor moved_texture(const Flow& flow) {
  return texture(coordinate(kFrame, 3) + flow.narrow(1, 0, 1), coordinate(kFrame, 2) + flow.narrow(1, 1, 1));
}

Flow shift(double u, double v) {
  const at::Tensor one = at::ones({1, 1, kFrame.height, kFrame.width}, at::kFloat);
  return at::cat({one * u, one * v}, 1);
}

/// About the frame's middle.
Flow rotation(double degrees) {
  const double angle = degrees / 180 * std::numbers::pi;
  const at::Tensor x = coordinate(kFrame, 3) - 79.5, y = coordinate(kFrame, 2) - 59.5;
  return at::cat({x * (std::cos(angle) - 1) - y * std::sin(angle), x * std::sin(angle) + y * (std::cos(angle) - 1)}, 1);
}

at::Tensor inner(const at::Tensor& tensor, int64_t margin = 16) {
  return tensor.slice(2, margin, -margin).slice(3, margin, -margin);
}

double mean_length(const at::Tensor& flow) { return flow.square().sum({1}).sqrt().mean().item<double>(); }

/// A disc before the texture, with a texture of its own.
struct Scene {
  at::Tensor frame;
  at::Tensor disc;  ///< Where it is, 0 or 1.
};
Scene scene(double middle) {
  const at::Tensor x = coordinate(kFrame, 3), y = coordinate(kFrame, 2);
  const at::Tensor disc = ((x - middle).square() + (y - 60).square() < 900).to(at::kFloat);
  return {texture(x, y) * (1 - disc) + texture(x - middle, y * 1.7, 1) * disc, disc};
}

}  // namespace

TEST_CASE("A known motion is found, by both methods", "[motion]") {
  const FlowMethod method = GENERATE(FlowMethod::InverseSearch, FlowMethod::QuickSearch, FlowMethod::Polynomials);
  const Flow truth = GENERATE(shift(3.25, -1.5), shift(0, 0), rotation(2));
  // What is at p in the frame is at p + truth in the texture as it lies.
  const Flow found = flow_between(moved_texture(truth), moved_texture(shift(0, 0)), method);
  CHECK(mean_length(inner(found - truth)) < (method == FlowMethod::InverseSearch ? 0.15 : 0.4));
}

TEST_CASE("A flow is found in grey copies as in the pictures themselves", "[motion]") {
  const at::Tensor frame = moved_texture(rotation(3)), other = moved_texture(shift(0, 0));
  CHECK(at::equal(flow_between(grey_picture(frame), grey_picture(other)), flow_between(frame, other)));
}

TEST_CASE("Pictures of a few pixels have a flow of their size", "[motion]") {
  const at::Tensor tiny = support::picture({5, 3}).cpu();
  CHECK(flow_between(tiny, tiny).sizes() == at::IntArrayRef({1, 2, 5, 3}));
}

TEST_CASE("A picture moved along the exact flow is the other one", "[motion]") {
  const Flow truth = GENERATE(shift(3.25, -1.5), rotation(2));
  const at::Tensor still = moved_texture(shift(0, 0));
  CHECK((inner(warped(still, truth)) - inner(moved_texture(truth))).abs().max().item<double>() < 0.02);
  CHECK(at::equal(warped(still, shift(0, 0)), still));
  CHECK((warped(still, shift(5, 0)) - warped(still, shift(5, 0)).clamp(0, 1)).abs().max().item<double>() == 0);
}

TEST_CASE("Twenty moves by half a pixel there and back leave the strokes as they were", "[motion]") {
  const at::Tensor still = moved_texture(shift(0, 0));
  const auto energy = [](const at::Tensor& picture) {
    return inner(picture.diff(1, 3)).square().mean().item<double>();
  };
  at::Tensor moved = still;
  const Flow there = shift(0.5, 0.5);
  for (int i = 0; i < 10; ++i) moved = warped(warped(moved, there), -there);
  CHECK(energy(moved) > 0.95 * energy(still));
}

TEST_CASE("Where motion is the same everywhere everything within is reliable", "[motion]") {
  const at::Tensor a = moved_texture(shift(2, 1)), b = moved_texture(shift(0, 0));
  const Reliability reliability = reliability_of(flow_between(a, b), flow_between(b, a));
  CHECK(inner(reliability.exact).min().item<double>() > 0.9);
  CHECK(inner(reliability.visible).min().item<double>() > 0.9);
}

TEST_CASE("What came into view is not, and neither is what lies beyond the border", "[motion]") {
  const Scene before = scene(60), now = scene(74);
  const Reliability reliability =
      reliability_of(flow_between(now.frame, before.frame), flow_between(before.frame, now.frame));
  const at::Tensor uncovered = before.disc * (1 - now.disc);
  CHECK((reliability.visible * uncovered).sum().item<double>() < 0.35 * uncovered.sum().item<double>());
  CHECK(reliability.exact.mean().item<double>() > 0.75);
  CHECK((reliability.exact > reliability.visible + 1e-6).sum().item<int64_t>() == 0);
  const Reliability beyond = reliability_of(shift(30, 0), shift(-30, 0));
  CHECK(beyond.visible.narrow(3, kFrame.width - 29, 29).max().item<double>() == 0);
  CHECK(beyond.visible.narrow(3, 0, kFrame.width - 34).min().item<double>() == 1);
}

TEST_CASE("What a frame expects comes from the closest that shows it, and from nobody where none does", "[motion]") {
  const at::Tensor red = at::full({1, 3, kFrame.height, kFrame.width}, 0.2F), blue = red + 0.5, fill = red * 0;
  // The closest sees nothing of the right 40 columns, the other nothing of the right 10.
  const Relation close{red, shift(40, 0), shift(-40, 0)}, far{blue, shift(10, 0), shift(-10, 0)};
  const Carried carried = carried_along({close, far}, fill);
  const auto column = [](const at::Tensor& picture, int64_t x) {
    return picture.select(3, x).select(1, 0).mean().item<double>();
  };
  CHECK(column(carried.near.colour, 60) == support::Approx(0.2));
  CHECK(column(carried.near.colour, 135) == support::Approx(0.7));
  CHECK(column(carried.start, 60) == support::Approx(0.2));
  CHECK(column(carried.start, 135) == support::Approx(0.7));
  CHECK(column(carried.start, 158) == support::Approx(0).margin(1e-6));
  CHECK(column(carried.near.weight, 60) == support::Approx(1));
  CHECK(column(carried.near.weight, 158) == support::Approx(0).margin(1e-6));
  CHECK(carried.coverage == support::Approx(150.0 / 160).epsilon(0.01));
}

TEST_CASE("On the way to a frame that is painted already no step is larger than another", "[motion]") {
  const at::Tensor none = at::zeros({1, 3, kFrame.height, kFrame.width}, at::kFloat), key = none + 0.8;
  const Flow still = shift(0, 0);
  at::Tensor paint = none + 0.2;
  for (int64_t left = 4; left >= 1; --left) {
    // `left` frames before the key one, so that the key itself is another step.
    const Carried carried = carried_along({{paint, still, still}}, none);
    const Carried next = on_the_way(carried, {key, still, still}, 1 / static_cast<double>(left + 1));
    CHECK(next.start.mean().item<double>() == support::Approx(0.8 - 0.12 * static_cast<double>(left)));
    CHECK(at::allclose(next.near.colour, next.start, 1e-4, 1e-5));
    CHECK(next.near.weight.min().item<double>() == support::Approx(1));
    paint = next.start;
  }
}

TEST_CASE("Where nothing else is known a frame takes all of the one that is to come, and none where that is hidden",
          "[motion]") {
  const at::Tensor fill = at::full({1, 3, kFrame.height, kFrame.width}, 0.1F), key = fill + 0.6;
  const Carried next = on_the_way(carried_along({}, fill), {key, shift(40, 0), shift(-40, 0)}, 0.25);
  CHECK(next.start.narrow(3, 10, 80).mean().item<double>() == support::Approx(0.7));
  CHECK(next.start.narrow(3, 130, 30).mean().item<double>() == support::Approx(0.1));
  CHECK(next.near.weight.narrow(3, 130, 30).max().item<double>() == 0);
  CHECK(next.coverage == support::Approx(120.0 / 160).epsilon(0.02));
}

TEST_CASE("Weights that others have found count instead of what both flows agree on", "[motion]") {
  const at::Tensor red = at::full({1, 3, kFrame.height, kFrame.width}, 0.9F), fill = red * 0;
  const at::Tensor weight = at::full({1, 1, kFrame.height, kFrame.width}, 0.25F);
  const Carried carried = carried_along({{red, shift(0, 0), {}, weight}}, fill);
  CHECK(carried.coverage == support::Approx(0.25));
  CHECK(carried.start.mean().item<double>() == support::Approx(0.225));
}
