#include "styler/core/loss/objective.hpp"

#include "styler/base/error.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/loss/total_variation.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

Objective make_objective(const FeatureExtractor& network, const ObjectiveOptions& options, Size size) {
  const Picture style{support::picture({15, 12}, 7, at::kDouble), {}};
  return {network,
          options,
          {support::picture(size, 1, at::kDouble), {}},
          {{compute_style_targets(network, options, style)}}};
}

ObjectiveOptions options_with(LossNormalization normalization) {
  ObjectiveOptions options = TinyNetwork::objective_options();
  options.normalization = normalization;
  options.content_weight = 2;
  options.style_weight = 30;
  options.tv_weight = 0.01;
  return options;
}

}  // namespace

TEST_CASE("The objective's gradient agrees with central differences", "[objective]") {
  const auto normalization =
      GENERATE(LossNormalization::Styler, LossNormalization::NeuralStyle, LossNormalization::Gatys);
  const TinyNetwork network(at::kDouble);
  const Objective objective = make_objective(network, options_with(normalization), {7, 9});
  // Some values outside [0, 1], so that the range penalty takes part.
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble) * 1.6 - 0.3;
  const Objective::Evaluation evaluation = objective.evaluate(picture);
  const at::Tensor numeric =
      support::numeric_gradient([&](const at::Tensor& x) { return objective.loss(x).total; }, picture);
  CHECK(support::relative_error(evaluation.gradient, numeric) < 1e-6);
  CHECK(evaluation.loss.range > 0);
  CHECK(evaluation.loss.total ==
        evaluation.loss.content + evaluation.loss.style + evaluation.loss.tv + evaluation.loss.range);
}

TEST_CASE("Held near to a picture, the objective's gradient agrees with central differences", "[objective]") {
  const TinyNetwork network(at::kDouble);
  Objective objective = make_objective(network, options_with(LossNormalization::Styler), {7, 9});
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble);
  const LossBreakdown alone = objective.loss(picture);
  const at::Tensor weight = support::picture({7, 9}, 8, at::kDouble).narrow(1, 0, 1);
  objective.hold_near({support::picture({7, 9}, 6, at::kDouble), weight}, 0.3);
  const Objective::Evaluation evaluation = objective.evaluate(picture);
  const at::Tensor numeric =
      support::numeric_gradient([&](const at::Tensor& x) { return objective.loss(x).total; }, picture);
  CHECK(support::relative_error(evaluation.gradient, numeric) < 1e-6);
  CHECK(evaluation.loss.temporal > 0);
  CHECK(evaluation.loss.total == support::Approx(alone.total + evaluation.loss.temporal));
  objective.hold_near({picture, weight}, 0.3);
  CHECK(objective.loss(picture).total == alone.total);
}

TEST_CASE("Each normalisation has the constants that objective.hpp states", "[objective]") {
  const TinyNetwork network(at::kDouble);
  const at::Tensor content = support::picture({8, 10}, 1, at::kDouble);
  const at::Tensor style = support::picture({15, 12}, 7, at::kDouble);
  const at::Tensor picture = support::picture({8, 10}, 5, at::kDouble);
  const at::Tensor f = network.features(picture)[1];
  const at::Tensor p = network.features(content)[1];
  const at::Tensor g = gram_matrix(f);
  const at::Tensor a = gram_matrix(network.features(style)[1]);
  const double content_sum = (f - p).square().sum().item<double>();
  const double style_sum = (g - a).square().sum().item<double>();
  const double channels = 6;

  const auto loss = [&](LossNormalization normalization) {
    ObjectiveOptions options;
    options.normalization = normalization;
    options.content_layers = options.style_layers = {WeightedLayer::parse("relu2_1")};
    options.content_weight = options.style_weight = options.tv_weight = 1;
    return Objective(network, options, {content, {}}, {{compute_style_targets(network, options, {style, {}})}})
        .loss(picture);
  };
  const LossBreakdown gatys = loss(LossNormalization::Gatys);
  CHECK(gatys.content == support::Approx(0.5 * content_sum));
  CHECK(gatys.style == support::Approx(style_sum / (4 * channels * channels)));
  const LossBreakdown johnson = loss(LossNormalization::NeuralStyle);
  CHECK(johnson.content == support::Approx(content_sum / static_cast<double>(f.numel())));
  CHECK(johnson.style == support::Approx(style_sum / std::pow(channels, 4)));
  CHECK(johnson.tv == support::Approx(total_variation_loss(picture, 255.0).loss));
  const LossBreakdown ours = loss(LossNormalization::Styler);
  CHECK(ours.content == support::Approx(content_sum / p.square().sum().item<double>()));
  CHECK(ours.style == support::Approx(style_sum / a.square().sum().item<double>()));
}

TEST_CASE("A content that equals the style and the picture costs nothing", "[objective]") {
  const TinyNetwork network(at::kDouble);
  ObjectiveOptions options = TinyNetwork::objective_options();
  options.tv_weight = 0;
  const at::Tensor picture = support::picture({8, 9}, 1, at::kDouble);
  const Objective objective(network, options, {picture, {}},
                            {{compute_style_targets(network, options, {picture, {}})}});
  CHECK(objective.loss(picture).total == 0);
  CHECK(objective.evaluate(picture).gradient.abs().max().item<double>() == 0);
}

TEST_CASE("A content or style without any feature does not make the loss infinite", "[objective]") {
  const TinyNetwork network(at::kDouble);
  const ObjectiveOptions options = TinyNetwork::objective_options();
  const at::Tensor grey = at::full({1, 3, 8, 9}, 0.5, support::on_device(at::kDouble));  // TinyNetwork's zero
  const Objective objective(network, options, {grey, {}}, {{compute_style_targets(network, options, {grey, {}})}});
  CHECK(std::isfinite(objective.loss(grey).total));
}

TEST_CASE("With alpha the gradient agrees with central differences too", "[objective]") {
  const auto normalization =
      GENERATE(LossNormalization::Styler, LossNormalization::NeuralStyle, LossNormalization::Gatys);
  const TinyNetwork network(at::kDouble);
  const ObjectiveOptions options = options_with(normalization);
  const at::Tensor alpha = support::picture({7, 9}, 3, at::kDouble).narrow(1, 0, 1);
  const Objective objective(
      network, options, {support::picture({7, 9}, 1, at::kDouble), alpha},
      {{compute_style_targets(network, options, {support::picture({15, 12}, 7, at::kDouble), {}})}});
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble);
  const at::Tensor numeric =
      support::numeric_gradient([&](const at::Tensor& x) { return objective.loss(x).total; }, picture);
  CHECK(support::relative_error(objective.evaluate(picture).gradient, numeric) < 1e-6);
}

TEST_CASE("An alpha of 1 everywhere changes nothing", "[objective]") {
  const auto normalization =
      GENERATE(LossNormalization::Styler, LossNormalization::NeuralStyle, LossNormalization::Gatys);
  const TinyNetwork network(at::kDouble);
  const ObjectiveOptions options = options_with(normalization);
  const at::Tensor content = support::picture({7, 9}, 1, at::kDouble);
  const at::Tensor style = support::picture({15, 12}, 7, at::kDouble);
  const auto opaque = [](const at::Tensor& colour) { return Picture{colour, at::ones_like(colour.narrow(1, 0, 1))}; };
  const Objective plain(network, options, {content, {}}, {{compute_style_targets(network, options, {style, {}})}});
  const Objective masked(network, options, opaque(content), {{compute_style_targets(network, options, opaque(style))}});
  const at::Tensor picture = support::picture({7, 9}, 5, at::kDouble);
  CHECK(masked.loss(picture).total == support::Approx(plain.loss(picture).total));
}

TEST_CASE("What is transparent far from anything visible is no part of content or style", "[objective]") {
  const TinyNetwork network(at::kDouble);
  ObjectiveOptions options = TinyNetwork::objective_options();
  options.tv_weight = options.range_weight = 0;
  const auto loss = [&](double hidden_content, double hidden_style, double hidden_iterate) {
    // Left half visible; what is filled in lies beyond the four pixels that the network sees around itself.
    at::Tensor alpha = at::ones({1, 1, 12, 24}, support::on_device(at::kDouble));
    alpha.narrow(3, 12, 12).zero_();
    const auto with_hidden = [](uint64_t seed, double value) {
      at::Tensor colour = support::picture({12, 24}, seed, at::kDouble);
      colour.narrow(3, 18, 6).fill_(value);
      return colour;
    };
    const StyleTargets style = compute_style_targets(network, options, {with_hidden(7, hidden_style), alpha});
    return Objective(network, options, {with_hidden(1, hidden_content), alpha}, {{style}})
        .loss(with_hidden(5, hidden_iterate))
        .total;
  };
  const double reference = loss(0.1, 0.2, 0.3);
  CHECK(loss(0.9, 0.2, 0.3) == support::Approx(reference));
  CHECK(loss(0.1, 0.9, 0.3) == support::Approx(reference));
  CHECK(loss(0.1, 0.2, 0.9) == support::Approx(reference));
}

TEST_CASE("Every preset is valid and an unknown one is refused", "[objective]") {
  for (const auto& [preset, word] : kPresets.entries) CHECK_NOTHROW(ObjectiveOptions::preset(preset).validate());
  CHECK_THROWS_WITH(kPresets.parse("preset", "picasso"),
                    "preset is 'picasso' but must be styler, neural-style or gatys");
}

TEST_CASE("The presets of other tools pad with zeros, as those do", "[objective]") {
  CHECK(ObjectiveOptions().padding == Padding::Replicate);
  CHECK(ObjectiveOptions::preset(Preset::NeuralStyle).padding == Padding::Zero);
  CHECK(ObjectiveOptions::preset(Preset::Gatys).padding == Padding::Zero);
}

TEST_CASE("Objective options out of range are refused by name", "[objective]") {
  const auto refused = [](auto change) {
    ObjectiveOptions options;
    change(options);
    try {
      options.validate();
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::InvalidArgument);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK_THAT(refused([](auto& o) { o.style_weight = -1; }), support::contains("style-weight"));
  CHECK_THAT(refused([](auto& o) { o.content_weight = std::nan(""); }), support::contains("content-weight"));
  CHECK_THAT(refused([](auto& o) { o.style_layers.clear(); }), support::contains("style-layers"));
  CHECK_THAT(refused([](auto& o) { o.style_layers.push_back(o.style_layers[0]); }), support::contains("twice"));
}

TEST_CASE("layers() lists every layer in use once, shallow to deep", "[objective]") {
  ObjectiveOptions options;
  options.content_layers = {WeightedLayer::parse("relu5_1"), WeightedLayer::parse("relu4_2")};
  std::vector<std::string> names;
  for (const Layer& layer : options.layers()) names.push_back(layer.name());
  CHECK((names == std::vector<std::string>{"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1"}));
}

TEST_CASE("On a torus the loss does not change when the picture is rolled, and the gradient rolls along",
          "[objective]") {
  const auto padding = GENERATE(Padding::Circular, Padding::Zero);
  const auto normalization =
      GENERATE(LossNormalization::Styler, LossNormalization::NeuralStyle, LossNormalization::Gatys);
  const TinyNetwork network(at::kDouble, padding);
  ObjectiveOptions options = options_with(normalization);
  options.content_layers.clear();
  const Objective objective = make_objective(network, options, {12, 16});
  const at::Tensor picture = support::picture({12, 16}, 5, at::kDouble) * 1.6 - 0.3;
  const Objective::Evaluation here = objective.evaluate(picture);
  const Objective::Evaluation there = objective.evaluate(picture.roll({4, -6}, {2, 3}));
  CHECK(here.loss.tv > 0);
  const bool same = std::abs(there.loss.total - here.loss.total) < 1e-12 * here.loss.total &&
                    support::relative_error(there.gradient, here.gradient.roll({4, -6}, {2, 3})) < 1e-12;
  CHECK(same == (padding == Padding::Circular));
}

TEST_CASE("On a torus, and without content, the gradient agrees with central differences", "[objective]") {
  const TinyNetwork network(at::kDouble, Padding::Circular);
  ObjectiveOptions options = options_with(LossNormalization::Styler);
  options.content_layers.clear();
  const Objective objective = make_objective(network, options, {6, 8});
  const at::Tensor picture = support::picture({6, 8}, 5, at::kDouble) * 1.6 - 0.3;
  const at::Tensor numeric =
      support::numeric_gradient([&](const at::Tensor& x) { return objective.loss(x).total; }, picture);
  CHECK(support::relative_error(objective.evaluate(picture).gradient, numeric) < 1e-6);
}
