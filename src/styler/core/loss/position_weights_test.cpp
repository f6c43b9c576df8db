#include "styler/core/loss/position_weights.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

/// 1 from column `first` on.
at::Tensor from_column(Size size, int64_t first, at::ScalarType dtype = at::kFloat) {
  at::Tensor share = at::zeros({1, 1, size.height, size.width}, support::on_device(dtype));
  share.narrow(3, first, size.width - first).fill_(1);
  return share;
}

Picture painting(int which, at::ScalarType dtype = at::kDouble) {
  const at::Tensor colour = support::picture(which == 0 ? Size{15, 12} : Size{11, 14}, 7 + 2 * which, dtype);
  return {which == 0 ? colour : 0.5 + 0.4 * (colour - 0.5), {}};
}

/// An objective of two regions with a style each.
Objective two_regions(const FeatureExtractor& network, const ObjectiveOptions& options, Size size,
                      const std::vector<at::Tensor>& shares, Tiling tiling = {}) {
  const std::vector<StylePart> styles = {{compute_style_targets(network, options, painting(0)), 1.0, 0},
                                         {compute_style_targets(network, options, painting(1)), 1.0, 1}};
  return {network, options, {support::picture(size, 1, at::kDouble), {}}, styles, tiling, shares};
}

ObjectiveOptions tiny_objective(LossNormalization normalization = LossNormalization::Styler) {
  ObjectiveOptions options = TinyNetwork::objective_options();
  options.normalization = normalization;
  options.style_weight = 30;
  options.tv_weight = 0.01;
  return options;
}

const auto kNormalizations = {LossNormalization::Styler, LossNormalization::NeuralStyle, LossNormalization::Gatys};

}  // namespace

TEST_CASE("Shares keep their sum, and 0 and 1, at every size", "[regions]") {
  const at::Tensor share = (support::noise({1, 1, 31, 43}, at::kFloat, 5) > 0).to(at::kFloat);
  const Size size = GENERATE(Size{31, 43}, Size{62, 90}, Size{7, 11}, Size{100, 20});
  const at::Tensor one = resized_share(share, size);
  const at::Tensor other = resized_share(1 - share, size);
  CHECK(picture_size(one) == size);
  CHECK((one + other - 1).abs().max().item<double>() < 1e-4);
  const at::Tensor half = resized_share(from_column({31, 43}, 21), size);
  CHECK(half.narrow(3, 0, size.width / 3).max().item<double>() == 0);
  CHECK(half.narrow(3, 2 * size.width / 3, size.width / 3).min().item<double>() == 1);
}

TEST_CASE("A feature counts for a region when what lies around it belongs to it too", "[regions]") {
  const std::vector<Layer> layers = {Layer::parse("relu1_1"), Layer::parse("relu2_1"), Layer::parse("relu3_1")};
  const PositionWeights weights = position_weights(layers, {16, 24}, {}, from_column({16, 24}, 8));
  REQUIRE(weights.maps.size() == 3);
  for (size_t layer = 0; layer < 3; ++layer) {
    const int64_t stride = layers[layer].stride();
    const at::Tensor expected = from_column({16 / stride, 24 / stride}, 8 / stride + 1);
    CHECK(at::equal(weights.maps[layer], expected));
    CHECK(weights.sums[layer] == expected.sum().item<double>());
  }
  const at::Tensor alpha = at::full({1, 1, 16, 24}, 0.5, support::on_device());
  CHECK(position_weights(layers, {16, 24}, alpha, from_column({16, 24}, 8)).sums[1] == weights.sums[1] / 2);
  CHECK(position_weights(layers, {16, 24}, alpha).sums[1] == 48);
  CHECK(position_weights(layers, {16, 24}, {}).sums[1] == 96);
}

TEST_CASE("Of a small region its border counts, and of one still smaller nothing", "[regions]") {
  const std::vector<Layer> layers = {Layer::parse("relu1_1"), Layer::parse("relu3_1")};
  at::Tensor share = at::zeros({1, 1, 16, 24}, support::on_device());
  share.narrow(2, 4, 4).narrow(3, 8, 8).fill_(1);  // two cells of relu3_1
  const PositionWeights two = position_weights(layers, {16, 24}, {}, share);
  CHECK(two.sums[0] == 12);
  CHECK(two.sums[1] == 2);
  share.narrow(3, 11, 5).zero_();
  const PositionWeights fraction = position_weights(layers, {16, 24}, {}, share);
  CHECK(fraction.sums[0] == 2);
  CHECK(fraction.sums[1] == 0);
  CHECK_FALSE(fraction.maps[1].defined());
}

TEST_CASE("With regions the gradient agrees with central differences", "[regions]") {
  const auto normalization = GENERATE(from_range(kNormalizations));
  const TinyNetwork network(at::kDouble);
  const at::Tensor soft = support::picture({9, 12}, 3, at::kDouble).narrow(1, 0, 1);
  const Objective objective = two_regions(network, tiny_objective(normalization), {9, 12}, {soft, 1 - soft});
  const at::Tensor picture = support::picture({9, 12}, 5, at::kDouble) * 1.6 - 0.3;
  const at::Tensor numeric =
      support::numeric_gradient([&](const at::Tensor& x) { return objective.loss(x).total; }, picture);
  CHECK(support::relative_error(objective.evaluate(picture).gradient, numeric) < 1e-6);
}

TEST_CASE("Regions of the same style that are everywhere pull like no regions", "[regions]") {
  const auto normalization = GENERATE(from_range(kNormalizations));
  const TinyNetwork network(at::kDouble);
  const ObjectiveOptions options = tiny_objective(normalization);
  const Picture content = {support::picture({9, 12}, 1, at::kDouble), {}};
  const StyleTargets style = compute_style_targets(network, options, painting(0));
  const Objective plain(network, options, content, {{style}});
  const at::Tensor share = at::full({1, 1, 9, 12}, 0.25, support::on_device(at::kDouble));
  const Objective parted(network, options, content, {{style, 1.0, 0}, {style, 1.0, 1}}, {}, {share, 1 - share});
  const at::Tensor picture = support::picture({9, 12}, 5, at::kDouble);
  CHECK(parted.loss(picture).style == support::Approx(plain.loss(picture).style));
  CHECK(support::relative_error(parted.evaluate(picture).gradient, plain.evaluate(picture).gradient) < 1e-12);
}

TEST_CASE("With regions tiles give the same loss and gradient", "[regions]") {
  const TinyNetwork network(at::kDouble);
  const Size size = {40, 56};
  const at::Tensor share = from_column(size, 21, at::kDouble);
  const ObjectiveOptions options = tiny_objective();
  Objective objective = two_regions(network, options, size, {share, 1 - share});
  const at::Tensor picture = support::picture(size, 5, at::kDouble);
  const Objective::Evaluation whole = objective.evaluate(picture);
  for (const int blocks : {1, 2}) {
    const Tiling tiling{blocks, 16};
    const Objective built = two_regions(network, options, size, {share, 1 - share}, tiling);
    objective.set_tiling(tiling);
    for (const Objective* tiled : {&std::as_const(objective), &built}) {
      const Objective::Evaluation parts = tiled->evaluate(picture);
      CHECK(std::abs(parts.loss.total / whole.loss.total - 1) < 1e-12);
      CHECK(support::relative_error(parts.gradient, whole.gradient) < 1e-12);
    }
    const StyleTargets targets = compute_style_targets(network, options, {picture, {}}, tiling, share);
    const StyleTargets expected = compute_style_targets(network, options, {picture, {}}, {}, share);
    for (size_t i = 0; i < targets.layers.size(); ++i) {
      CHECK(support::relative_error(targets.layers[i].gram, expected.layers[i].gram) < 1e-12);
    }
  }
}

TEST_CASE("Nothing leaks over the border of a region", "[regions]") {
  const TinyNetwork network(at::kDouble);
  ObjectiveOptions options = tiny_objective();
  options.content_weight = options.tv_weight = options.range_weight = 0;
  const Size size = {16, 24};
  const at::Tensor share = from_column(size, 12, at::kDouble);
  const at::Tensor picture = support::picture(size, 5, at::kDouble);
  at::Tensor changed = picture.clone();
  changed.narrow(3, 0, 11).neg_().add_(1);  // up to a pixel from the border
  SECTION("of the content") {
    const Objective objective(network, options, {support::picture(size, 1, at::kDouble), {}},
                              {{compute_style_targets(network, options, painting(0)), 1.0, 0}}, {}, {share, 1 - share});
    CHECK(objective.loss(changed).total == support::Approx(objective.loss(picture).total).epsilon(1e-12));
    CHECK(objective.evaluate(picture).gradient.narrow(3, 0, 11).abs().max().item<double>() == 0);
    CHECK(objective.evaluate(picture).gradient.narrow(3, 12, 12).abs().max().item<double>() > 0);
  }
  SECTION("of a style") {
    const StyleTargets before = compute_style_targets(network, options, {picture, {}}, {}, share);
    const StyleTargets after = compute_style_targets(network, options, {changed, {}}, {}, share);
    for (size_t i = 0; i < before.layers.size(); ++i) {
      CHECK(support::relative_error(after.layers[i].gram, before.layers[i].gram) < 1e-12);
    }
  }
}

TEST_CASE("A region that is too small for a layer does without it", "[regions]") {
  const TinyNetwork network(at::kDouble);
  const ObjectiveOptions options = tiny_objective();
  const Picture content = {support::picture({9, 12}, 1, at::kDouble), {}};
  at::Tensor dot = at::zeros({1, 1, 9, 12}, support::on_device(at::kDouble));
  dot.narrow(2, 4, 1).narrow(3, 4, 2).fill_(1);  // two features of relu1_1, half of one of relu2_1
  const StyleTargets style = compute_style_targets(network, options, painting(0));
  const Objective objective(network, options, content, {{style, 1.0, 1}}, {}, {1 - dot, dot});
  ObjectiveOptions shallow = options;
  shallow.style_layers = {options.style_layers.front()};
  const StyleTargets first = {{style.layers.front()}};
  const Objective expected(network, shallow, content, {{first, 1.0, 1}}, {}, {1 - dot, dot});
  const at::Tensor picture = support::picture({9, 12}, 5, at::kDouble);
  CHECK(objective.loss(picture).style == expected.loss(picture).style);
  CHECK(objective.loss(picture).style > 0);

  const StyleTargets small = compute_style_targets(network, options, content, {}, dot);
  CHECK(small.layers[0].defined());
  CHECK_FALSE(small.layers[1].defined());
  // Where one of two styles has nothing in a layer, the other has all of it.
  for (const StyleBlend blend : {StyleBlend::Targets, StyleBlend::Losses}) {
    ObjectiveOptions deep = options;
    deep.style_blend = blend;
    deep.style_layers[0].weight = 0;
    const Objective mixed(network, deep, content, {{style, 1.0}, {small, 3.0}});
    const Objective alone(network, deep, content, {{style, 1.0}});
    CHECK(mixed.loss(picture).style == support::Approx(alone.loss(picture).style));
  }
}
