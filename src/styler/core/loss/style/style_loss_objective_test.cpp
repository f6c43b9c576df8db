#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/memory/plan.hpp"
#include "support/catch.hpp"
#include "support/planned_scale.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

std::vector<StyleLoss> all_losses() {
  std::vector<StyleLoss> losses;
  for (const auto& [loss, word] : kStyleLosses.entries) losses.push_back(loss);
  return losses;
}

ObjectiveOptions options_of(StyleLoss loss) {
  ObjectiveOptions options = TinyNetwork::objective_options();
  options.style_loss = loss;
  return options;
}

Picture photo(Size size = {7, 9}) { return {support::picture(size, 1, at::kDouble), {}}; }
Picture small_painting(uint64_t seed = 7) { return {support::picture({15, 12}, seed, at::kDouble), {}}; }

double gradient_error(const Objective& objective, Size size) {
  const at::Tensor picture = support::picture(size, 5, at::kDouble) * 1.6 - 0.3;
  const at::Tensor numeric =
      support::numeric_gradient([&](const at::Tensor& x) { return objective.loss(x).total; }, picture);
  return support::relative_error(objective.evaluate(picture).gradient, numeric);
}

}  // namespace

TEST_CASE("With every style loss the objective's gradient agrees with central differences", "[style_loss]") {
  const TinyNetwork network(at::kDouble);
  const ObjectiveOptions options = options_of(GENERATE(from_range(all_losses())));
  Picture content = photo();
  const bool with_alpha = GENERATE(false, true);
  if (with_alpha) content.alpha = support::picture({7, 9}, 3, at::kDouble).narrow(1, 0, 1);
  const StyleTargets style = compute_style_targets(network, options, small_painting());
  const Objective objective(network, options, content, {{style}});
  CHECK(gradient_error(objective, {7, 9}) < 1e-5);
}

TEST_CASE("With every style loss several styles can be blended", "[style_loss]") {
  const TinyNetwork network(at::kDouble);
  ObjectiveOptions options = options_of(GENERATE(from_range(all_losses())));
  const auto style_loss = [&](double first, double second) {
    const std::vector<StylePart> styles = {{compute_style_targets(network, options, small_painting(7)), first},
                                           {compute_style_targets(network, options, small_painting(9)), second}};
    const Objective objective(network, options, photo(), styles);
    if (first > 0 && second > 0) CHECK(gradient_error(objective, {7, 9}) < 1e-5);
    return objective.loss(support::picture({7, 9}, 5, at::kDouble)).style;
  };
  options.style_blend = StyleBlend::Losses;
  const double losses = style_loss(3, 1);
  CHECK(losses == support::Approx(0.75 * style_loss(1, 0) + 0.25 * style_loss(0, 1)));
  options.style_blend = StyleBlend::Targets;
  CHECK(style_loss(1, 0) < 1.000001 * style_loss(5, 0));
  CHECK(style_loss(3, 1) != support::Approx(style_loss(1, 0)));
}

TEST_CASE("A picture that is its style costs nothing, whatever the style loss", "[style_loss]") {
  const TinyNetwork network(at::kDouble);
  ObjectiveOptions options = options_of(GENERATE(from_range(all_losses())));
  options.tv_weight = 0;
  const Picture picture = photo({16, 16});  // whose quantiles are kept exactly
  const Objective objective(network, options, picture, {{compute_style_targets(network, options, picture)}});
  CHECK(objective.loss(picture.colour).total < 1e-9);
  CHECK(objective.loss(support::picture({16, 16}, 5, at::kDouble)).style > 1e-3);
}

TEST_CASE("A blank is off by as much as the style loss has terms, times its constant", "[style_loss]") {
  const TinyNetwork network(at::kDouble);
  const auto [loss, expected] = GENERATE(table<StyleLoss, double>({{StyleLoss::Gram, 1},
                                                                   {StyleLoss::GramMean, 2},
                                                                   {StyleLoss::Wasserstein, 0.5},
                                                                   {StyleLoss::Histogram, 2},
                                                                   {StyleLoss::Sliced, 4}}));
  const ObjectiveOptions options = options_of(loss);
  const Picture blank = {at::full({1, 3, 8, 8}, 0.5, support::on_device(at::kDouble)),
                         {}};  // of which TinyNetwork sees nothing
  const Objective objective(network, options, blank, {{compute_style_targets(network, options, small_painting())}});
  const double per_layer = objective.loss(blank.colour).style / (1.5 * options.style_weight);
  // A little less for Wasserstein, whose Gaussian of a blank is not quite a point.
  CHECK(per_layer <= expected * (1 + 1e-9));
  CHECK(per_layer > 0.9 * expected);
}

TEST_CASE("Losses of moments are the same with and without tiles, to rounding", "[style_loss]") {
  const TinyNetwork network(at::kDouble);
  const ObjectiveOptions options = options_of(GENERATE(from_range(all_losses())));
  if (needs_whole_layers(options.style_loss)) return;
  const at::Tensor picture = support::picture({40, 26}, 5, at::kDouble);
  const auto evaluated = [&](Tiling tiling) {
    return Objective(network, options, photo({40, 26}),
                     {{compute_style_targets(network, options, small_painting(), tiling)}}, tiling)
        .evaluate(picture);
  };
  const Objective::Evaluation whole = evaluated({});
  const Objective::Evaluation tiled = evaluated(GENERATE(Tiling{1, 8}, Tiling{2, 12}));
  CHECK(tiled.loss.total == support::Approx(whole.loss.total));
  CHECK(support::relative_error(tiled.gradient, whole.gradient) < 1e-9);
}

TEST_CASE("Losses that sort features are planned without tiles, and with the memory for it", "[style_loss]") {
  StylizeOptions options;
  const NetworkMemory network = {2, true, 2};
  const PlannedWork work = {{2000, 3000}, {2000, 3000}, 75};
  const auto least = [&](StyleLoss loss) {
    options.objective.style_loss = loss;
    return support::least_memory(work, options, network, 0);
  };
  const int64_t gram = least(StyleLoss::Gram);
  CHECK(least(StyleLoss::Wasserstein) == gram);
  options.memory.tile = 0;
  const int64_t whole = least(StyleLoss::Gram);
  options.memory.tile = std::nullopt;
  const int64_t sliced = least(StyleLoss::Sliced);
  CHECK(sliced > whole);
  CHECK_FALSE(support::plan_scale(work, options, network, {sliced - 1, 0}));
  const auto plan = support::plan_scale(work, options, network, {sliced, 0});
  REQUIRE(plan);
  CHECK(plan->tiling.blocks == 0);
}

TEST_CASE("A style loss beside what it can't be used with is refused", "[style_loss]") {
  StylizeOptions options;
  options.objective.style_loss = GENERATE(StyleLoss::Histogram, StyleLoss::Sliced);
  CHECK_NOTHROW(options.validate());
  options.memory.tile = 0;
  CHECK_NOTHROW(options.validate());
  options.memory.tile = 512;
  CHECK_THROWS_WITH(options.validate(), support::contains("tile is 512 but style-loss"));

  ObjectiveOptions preset = ObjectiveOptions::preset(GENERATE(Preset::NeuralStyle, Preset::Gatys));
  CHECK_NOTHROW(preset.validate());
  preset.style_loss = StyleLoss::Wasserstein;
  CHECK_THROWS_WITH(preset.validate(), support::contains("style-loss is wasserstein but"));
}

TEST_CASE("Every style loss is read by its name", "[style_loss]") {
  for (const StyleLoss loss : all_losses()) CHECK(kStyleLosses.parse("style-loss", kStyleLosses.word(loss)) == loss);
  CHECK_THROWS_WITH(kStyleLosses.parse("style-loss", "grams"),
                    support::contains("style-loss is 'grams' but must be gram, gram-mean"));
}
