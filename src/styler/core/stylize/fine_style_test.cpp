#include "styler/core/stylize/fine_style.hpp"

#include "styler/core/loss/objective.hpp"
#include "styler/core/picture/resample.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

StylizeOptions fine_options() {
  StylizeOptions options;
  options.objective = TinyNetwork::objective_options();
  options.schedule.iterations = 60;
  options.objective.tv_weight = 0.01;
  return options;
}

/// How far the Gram matrices of two pictures are apart in the fine layers, beside those of the second.
double style_distance(const at::Tensor& picture, const at::Tensor& painting) {
  const TinyNetwork network;
  const ObjectiveOptions options = TinyNetwork::objective_options();
  const StyleTargets a = compute_style_targets(network, options, {picture, {}});
  const StyleTargets b = compute_style_targets(network, options, {painting, {}});
  double sum = 0;
  for (size_t i = 0; i < a.layers.size(); ++i) {
    sum += ((a.layers[i].gram - b.layers[i].gram).norm() / b.layers[i].gram.norm()).item<double>();
  }
  return sum;
}

}  // namespace

TEST_CASE("A painting gets the strokes of another, at the size asked for", "[fine_style]") {
  Picture coarse{support::picture({48, 36}, 1), {}};
  coarse.alpha = at::ones({1, 1, 48, 36}, support::on_device(at::kFloat));
  const Picture fine{support::picture({30, 40}, 9), {}};
  Observer nobody;
  const Picture painted =
      with_fine_strokes(TinyNetwork(), support::test_machine(), coarse, fine, 40, fine_options(), nobody);
  CHECK(picture_size(painted.colour) == Size{40, 30});
  CHECK(picture_size(painted.alpha) == Size{40, 30});
  const at::Tensor before = resized(coarse.colour, {40, 30});
  CHECK(style_distance(painted.colour.to(support::test_device()), fine.colour) <
        0.1 * style_distance(before, fine.colour));
  CHECK(
      picture_size(with_fine_strokes(TinyNetwork(), support::test_machine(), coarse, fine, 100, fine_options(), nobody)
                       .colour) == Size{48, 36});
}

TEST_CASE("Fine strokes are looked for in the style layers up to relu2_1, and nothing else counts", "[fine_style]") {
  StylizeOptions options;
  options.style_scale = 0.5;
  options.schedule.coarse_style = 0.1;
  const StylizeOptions fine = fine_stroke_options(options, 300);
  REQUIRE(fine.objective.style_layers.size() == 2);
  CHECK(fine.objective.style_layers[1].layer.name() == "relu2_1");
  CHECK(fine.objective.strength == 1);
  CHECK(fine.objective.layers().back().name() == "relu2_1");
  CHECK(fine.schedule.size == 300);
  CHECK(fine.schedule.scales == 1);
  CHECK(fine.schedule.coarse_style == 1);
  CHECK(fine.style_scale == 1);
  options.objective.style_layers = {WeightedLayer::parse("relu3_1")};
  CHECK_THROWS_WITH(fine_stroke_options(options, 300), support::contains("up to relu2_1"));
}
