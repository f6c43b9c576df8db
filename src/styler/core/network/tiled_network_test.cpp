#include "styler/core/network/tiled_network.hpp"

#include <optional>
#include <string>

#include "styler/core/loss/objective.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/core/picture/resample.hpp"
#include "support/catch.hpp"
#include "support/shallow_vgg19.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::relative_error;
using support::TinyNetwork;

namespace {

constexpr Tiling kUntiled{};

/// A picture of which a disc is visible, fading at its border.
Picture with_alpha(Size size) {
  const at::Tensor y = at::linspace(-1, 1, size.height, support::on_device()).view({1, 1, -1, 1});
  const at::Tensor x = at::linspace(-1, 1, size.width, support::on_device()).view({1, 1, 1, -1});
  return {support::picture(size, 1, at::kDouble), (1.6 - 2 * (x.square() + y.square())).clamp(0, 1)};
}

/// Loss and gradient somewhere off the content, of an objective whose style targets were made with the same tiling.
Objective::Evaluation evaluation(const FeatureExtractor& network, const ObjectiveOptions& options, Picture content,
                                 Tiling tiling, at::ScalarType dtype = at::kDouble) {
  content.colour = content.colour.to(dtype);
  const Picture style{support::picture({37, 52}, 7, dtype), {}};
  const Objective objective(network, options, content, {{compute_style_targets(network, options, style, tiling)}},
                            tiling);
  const at::Tensor picture = (support::picture(picture_size(content.colour), 5, at::kDouble) * 1.2 - 0.1).to(dtype);
  Objective::Evaluation result = objective.evaluate(picture);
  CHECK(objective.loss(picture).total == support::Approx(result.loss.total).epsilon(1e-6));
  return result;
}

void check_same(const Objective::Evaluation& tiled, const Objective::Evaluation& untiled, double tolerance) {
  CHECK(tiled.loss.content == support::Approx(untiled.loss.content).epsilon(tolerance));
  CHECK(tiled.loss.style == support::Approx(untiled.loss.style).epsilon(tolerance));
  CHECK(tiled.loss.total == support::Approx(untiled.loss.total).epsilon(tolerance));
  CHECK(relative_error(tiled.gradient, untiled.gradient) < tolerance);
}

ObjectiveOptions shallow_objective(Preset preset) {
  ObjectiveOptions options = ObjectiveOptions::preset(preset);
  options.content_layers = {WeightedLayer::parse("relu2_2"), WeightedLayer::parse("conv3_1")};
  options.style_layers = {WeightedLayer::parse("relu1_1"), WeightedLayer::parse("pool1"),
                          WeightedLayer::parse("relu2_1:0.3"), WeightedLayer::parse("relu2_2"),
                          WeightedLayer::parse("relu3_1")};
  return options;
}

}  // namespace

TEST_CASE("Tiles cover a picture once, begin on the unit, and see the halo as far as the picture goes",
          "[tiled_network]") {
  const Size picture = GENERATE(Size{1, 1}, Size{3, 50}, Size{64, 64}, Size{101, 67});
  const int64_t edge = GENERATE(1, 16, 24, 1000);
  constexpr int64_t kUnit = 4, kHalo = 8;
  at::Tensor covered = at::zeros({1, 1, picture.height, picture.width}, support::on_device());
  for (const Tile& tile : tiles_of(picture, edge, kUnit, kHalo)) {
    part_of(covered, tile.own).add_(1);
    for (const Rectangle& rectangle : {tile.own, tile.seen})
      CHECK((rectangle.top % kUnit == 0 && rectangle.left % kUnit == 0));
    CHECK(tile.own.size.long_edge() < std::max(edge, kUnit) + 2 * kUnit);
    CHECK(tile.seen.top == std::max<int64_t>(0, tile.own.top - kHalo));
    CHECK(tile.seen.bottom() == std::min(picture.height, tile.own.bottom() + kHalo));
    CHECK(tile.seen.right() == std::min(picture.width, tile.own.right() + kHalo));
  }
  CHECK((covered == 1).all().item<bool>());
}

TEST_CASE("Loss and gradient are the same with and without tiles, to rounding", "[tiled_network]") {
  const auto preset = GENERATE(Preset::Styler, Preset::NeuralStyle, Preset::Gatys);
  const auto size = GENERATE(Size{33, 46}, Size{41, 19});
  const Tiling tiling = GENERATE(Tiling{1, 8}, Tiling{2, 12}, Tiling{3, 16}, Tiling{5, 20}, Tiling{2, 4096});
  // Tiles are cut before a preset has its say, so one of them sees all tilings.
  if (preset != Preset::Styler && tiling.edge != 12) return;
  SECTION("of the tiny network") {
    ObjectiveOptions options = ObjectiveOptions::preset(preset);
    options.content_layers = TinyNetwork::objective_options().content_layers;
    options.style_layers = TinyNetwork::objective_options().style_layers;
    const TinyNetwork network(at::kDouble);
    const Picture content{support::picture(size, 1, at::kDouble), {}};
    check_same(evaluation(network, options, content, tiling), evaluation(network, options, content, kUntiled), 1e-12);
  }
  SECTION("of VGG19's beginning, where part of the picture is transparent") {
    const ObjectiveOptions options = shallow_objective(preset);
    const auto pooling = GENERATE(Pooling::Max, Pooling::Average);
    if (pooling == Pooling::Average && tiling.edge != 12) return;
    const ComputeDevice exact = support::test_machine(at::kDouble);
    const auto network = make_vgg19(support::shallow_weights(), options.layers(), pooling, exact, options.padding);
    const Picture content = with_alpha(size);
    check_same(evaluation(*network, options, content, tiling), evaluation(*network, options, content, kUntiled), 1e-12);
  }
  SECTION("of its beginning in float32, by the kernels that this processor has") {
    const ObjectiveOptions options = shallow_objective(preset);
    const ComputeDevice device = support::test_machine();
    const auto network =
        make_vgg19(support::shallow_weights(), options.layers(), Pooling::Max, device, options.padding);
    const Picture content{support::picture(size, 1, at::kDouble), {}};
    check_same(evaluation(*network, options, content, tiling, at::kFloat),
               evaluation(*network, options, content, kUntiled, at::kFloat), 2e-5);
  }
}
