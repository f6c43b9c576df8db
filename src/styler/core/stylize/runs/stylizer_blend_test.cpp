#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

/// Of different contrast, so that their Gram matrices differ in size.
Picture blend_painting(int which, at::ScalarType dtype = at::kDouble) {
  const at::Tensor colour = support::picture(which == 0 ? Size{15, 12} : Size{11, 14}, 7 + 2 * which, dtype);
  return {which == 0 ? colour : 0.5 + 0.4 * (colour - 0.5), {}};
}

ObjectiveOptions blend_objective(LossNormalization normalization, StyleBlend blend) {
  ObjectiveOptions options = TinyNetwork::objective_options();
  options.normalization = normalization;
  options.style_weight = 30;
  options.tv_weight = 0.01;
  options.style_blend = blend;
  return options;
}

/// Two paintings with these shares, beside one content.
struct Blend {
  TinyNetwork network{at::kDouble};
  ObjectiveOptions options;
  Objective objective;

  Blend(ObjectiveOptions given, double first, double second)
      : options(std::move(given)), objective(network, options, content(), parts(network, options, first, second)) {}

  static Picture content() { return {support::picture({7, 9}, 1, at::kDouble), {}}; }
  static std::vector<StylePart> parts(const FeatureExtractor& network, const ObjectiveOptions& options, double first,
                                      double second) {
    return {{compute_style_targets(network, options, blend_painting(0)), first},
            {compute_style_targets(network, options, blend_painting(1)), second}};
  }
};

const auto kBlendNormalizations = {LossNormalization::Styler, LossNormalization::NeuralStyle, LossNormalization::Gatys};

}  // namespace

TEST_CASE("With several styles the gradient agrees with central differences", "[style_blend]") {
  const auto normalization = GENERATE(from_range(kBlendNormalizations));
  const auto blend = GENERATE(StyleBlend::Targets, StyleBlend::Losses);
  ObjectiveOptions options = blend_objective(normalization, blend);
  options.strength = 0.7;
  const Blend styles(options, 3, 1);
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble) * 1.6 - 0.3;
  const at::Tensor numeric =
      support::numeric_gradient([&](const at::Tensor& x) { return styles.objective.loss(x).total; }, picture);
  CHECK(support::relative_error(styles.objective.evaluate(picture).gradient, numeric) < 1e-6);
}

TEST_CASE("Blended targets are those of the paintings side by side, in these shares", "[style_blend]") {
  const ObjectiveOptions options = blend_objective(LossNormalization::Styler, StyleBlend::Targets);
  const Blend styles(options, 6, 2);
  const auto parts = Blend::parts(styles.network, options, 0, 0);
  StyleTargets middle;
  for (size_t i = 0; i < options.style_layers.size(); ++i) {
    const auto gram = [&](size_t part) { return parts[part].targets.layers[i].gram; };
    middle.layers.push_back({0.75 * gram(0) + 0.25 * gram(1), {}, {}});
  }
  const Objective expected(styles.network, options, Blend::content(), {{middle}});
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble);
  CHECK(styles.objective.loss(picture).total == support::Approx(expected.loss(picture).total));
}

TEST_CASE("Blended losses are those of each painting alone, in these shares", "[style_blend]") {
  const auto normalization = GENERATE(from_range(kBlendNormalizations));
  const ObjectiveOptions options = blend_objective(normalization, StyleBlend::Losses);
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble);
  const auto style_loss = [&](double first, double second) {
    return Blend(options, first, second).objective.loss(picture).style;
  };
  CHECK(style_loss(3, 1) == support::Approx(0.75 * style_loss(1, 0) + 0.25 * style_loss(0, 1)));
}

TEST_CASE("Targets and losses differ only where a loss is divided by its target's size", "[style_blend]") {
  const auto normalization = GENERATE(from_range(kBlendNormalizations));
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble);
  const auto gradient = [&](StyleBlend blend) {
    ObjectiveOptions options = blend_objective(normalization, blend);
    options.range_weight = 0;  // which goes by the size of the loss
    return Blend(options, 1, 1).objective.evaluate(picture).gradient;
  };
  const double difference = support::relative_error(gradient(StyleBlend::Losses), gradient(StyleBlend::Targets));
  if (normalization == LossNormalization::Styler) {
    CHECK(difference > 0.01);
  } else {
    CHECK(difference < 1e-12);
  }
}

TEST_CASE("Strength moves weight from the content to style and smoothness", "[style_blend]") {
  const auto normalization = GENERATE(from_range(kBlendNormalizations));
  ObjectiveOptions options = blend_objective(normalization, StyleBlend::Targets);
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble);
  const LossBreakdown middle = Blend(options, 1, 1).objective.loss(picture);
  const auto [strength, of_style] =
      GENERATE(values<std::pair<double, double>>({{0, 0}, {0.1, 0.2}, {0.25, 0.2}, {0.5, 1}, {1, 2}}));
  options.strength = strength;
  const LossBreakdown moved = Blend(options, 1, 1).objective.loss(picture);
  CHECK(moved.content == support::Approx((2 - of_style) * middle.content));
  CHECK(moved.style == support::Approx(of_style * middle.style));
  CHECK(moved.tv == support::Approx(of_style * middle.tv));
  options.strength = GENERATE(-0.1, 1.1, std::nan(""));
  CHECK_THROWS_WITH(options.validate(), support::contains("strength is"));
}

namespace {

StylizeOptions blend_run(int64_t iterations = 8) {
  StylizeOptions options;
  options.schedule = {40, 2, iterations};
  options.schedule.coarse_style = 1;
  options.objective = TinyNetwork::objective_options();
  return options;
}

StyleSource source(int which, double weight = 1, double scale = 1) {
  return {blend_painting(which, at::kFloat), weight, scale, {}, std::to_string(which)};
}

StylizeInput run_input(std::vector<StyleSource> styles) {
  StylizeInput input;
  input.content = {support::picture({24, 40}, 1), {}};
  input.styles = std::move(styles);
  return input;
}

struct SizeRecorder : Observer {
  void on_scale(const ScaleEvent& event) override { sizes.push_back(event.style_sizes); }
  std::vector<std::vector<Size>> sizes;
};

at::Tensor painted_blend(const StylizeInput& input, const StylizeOptions& options) {
  Observer nobody;
  return support::stylized(TinyNetwork(), input, options, nobody).picture.colour;
}

/// Content, and style with smoothness, of a picture as the preset weighs them.
std::pair<double, double> terms(const StylizeInput& input, const StylizeOptions& options, const at::Tensor& picture) {
  ObjectiveOptions plain = options.objective;
  plain.strength = 0.5;
  const TinyNetwork network;
  const Size style = style_sizes(style_extents(input), picture_size(picture), options.style_scale, 2).front();
  const Picture painting{resized(input.styles[0].picture.colour, style).clamp(0, 1), {}};
  const Objective objective(network, plain, input.content, {{compute_style_targets(network, plain, painting)}});
  const LossBreakdown loss = objective.loss(picture);
  return {loss.content, loss.style + loss.tv};
}

}  // namespace

TEST_CASE("A painting that is given twice is that painting", "[style_blend]") {
  const StylizeOptions options = blend_run();
  CHECK(at::equal(painted_blend(run_input({source(0), source(0)}), options),
                  painted_blend(run_input({source(0)}), options)));
}

TEST_CASE("A painting's share decides how near to its style the picture comes", "[style_blend]") {
  StylizeOptions options = blend_run(30);
  options.objective.style_weight = 100;
  options.objective.style_blend = GENERATE(StyleBlend::Targets, StyleBlend::Losses);
  double before = 0;
  for (const double share : {4.0, 1.0, 0.25, 0.0}) {
    const at::Tensor picture = painted_blend(run_input({source(0, share), source(1)}), options);
    const double distance = terms(run_input({source(0)}), options, picture).second;
    CHECK(distance > before);
    before = distance;
  }
  CHECK(at::equal(painted_blend(run_input({source(0, 0), source(1)}), options),
                  painted_blend(run_input({source(1)}), options)));
}

TEST_CASE("A painting's own scale multiplies the scale of all", "[style_blend]") {
  StylizeOptions options = blend_run();
  const at::Tensor expected = [&] {
    StylizeOptions halved = options;
    halved.style_scale = 0.25;
    return painted_blend(run_input({source(0)}), halved);
  }();
  CHECK(at::equal(painted_blend(run_input({source(0, 1, 0.25)}), options), expected));

  SizeRecorder recorder;
  options.style_scale = 0.5;
  support::stylized(TinyNetwork(), run_input({source(0), source(1, 1, 0.5)}), options, recorder);
  CHECK((recorder.sizes == std::vector<std::vector<Size>>{{{10, 8}, {4, 5}}, {{15, 12}, {8, 10}}}));
}

TEST_CASE("Each of several paintings is found in the cache", "[style_blend]") {
  StyleTargetCache cache(1 << 20);
  StylizeInput input = run_input({source(0), source(1)});
  const at::Tensor expected = painted_blend(input, blend_run());
  input.style_cache = &cache;
  CHECK(at::equal(painted_blend(input, blend_run()), expected));
  for (StyleSource& style : input.styles) style.picture.colour = support::picture({30, 20}, 3);
  input.styles[0].picture.colour = input.styles[0].picture.colour.narrow(2, 0, 15).narrow(3, 0, 12);
  input.styles[1].picture.colour = input.styles[1].picture.colour.narrow(2, 0, 11).narrow(3, 0, 14);
  CHECK(at::equal(painted_blend(input, blend_run()), expected));  // found, so not looked at again
}

TEST_CASE("Shares and scales of styles that make no sense are refused", "[style_blend]") {
  const auto refused = [](std::vector<StyleSource> styles, const char* why) {
    CHECK_THROWS_WITH(painted_blend(run_input(std::move(styles)), blend_run()), support::contains(why));
  };
  refused({source(0, -1), source(1)}, "share of a style is -1");
  refused({source(0, 0), source(1, 0)}, "shares of all styles are 0");
  refused({source(0), source(1, 1, 0)}, "scale of a style is 0");
  std::vector<StyleSource> named = {source(0), source(1)};
  named[1].name = "icon.png";
  named[1].picture.colour = support::picture({1, 1});
  refused(named, "style picture 'icon.png' is 1x1");
}

TEST_CASE("Style rises and content falls with the strength, whatever the preset", "[style_blend]") {
  StylizeOptions options = blend_run(300);
  options.schedule.scales = 1;
  options.objective.normalization = GENERATE(from_range(kBlendNormalizations));
  const auto normalization = static_cast<size_t>(options.objective.normalization);
  const ObjectiveOptions preset = ObjectiveOptions::preset(kPresets.entries.at(normalization).value);
  options.objective.content_weight = preset.content_weight;
  options.objective.style_weight = preset.style_weight;
  // It has no smooth minimum, and counts for too much beside TinyNetwork's small features.
  options.objective.tv_weight = 0;
  const StylizeInput input = run_input({source(0)});
  double content = -1;
  double style = std::numeric_limits<double>::infinity();
  for (const double strength : {0.0, 0.25, 0.5, 0.9, 1.0}) {
    CAPTURE(strength, options.objective.normalization);
    options.objective.strength = strength;
    const at::Tensor picture = painted_blend(input, options);
    const auto [content_here, style_here] = terms(input, options, picture);
    CHECK(content_here > content);
    CHECK(style_here < style);
    content = content_here;
    style = style_here;
    if (strength == 0) CHECK(support::relative_error(picture, input.content.colour) < 1e-6);
  }
}
