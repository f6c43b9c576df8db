#include <string>

#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::Approx;
using support::TinyNetwork;

namespace {

StylizeOptions tint_options(double strength) {
  StylizeOptions options;
  options.schedule = {40, 2, 8};
  options.objective = TinyNetwork::objective_options();
  options.objective.style_weight = 100;
  options.objective.strength = strength;
  return options;
}

StylizeInput tint_input() {
  StylizeInput input;
  input.content.colour = 0.5 + 0.2 * (support::picture({24, 40}, 1) - 0.5);
  input.styles = {{.picture = {support::picture({30, 20}, 9), {}}}};
  return input;
}

/// Keeps the last picture that it is shown.
struct TintWatcher : Observer {
  Control on_iteration(const IterationEvent& event) override {
    shown = event.picture().clone();
    return Control::Continue;
  }
  at::Tensor shown;
};

StylizeResult run_tint(const StylizeInput& input, const StylizeOptions& options) {
  Observer nobody;
  return support::stylized(TinyNetwork(), input, options, nobody);
}

double mean_difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().mean().item<double>(); }

}  // namespace

TEST_CASE("In its first quarter the strength lays what a quarter paints over the photo, evenly", "[strength]") {
  StylizeInput input = tint_input();
  input.init = GENERATE(Init::Content, Init::Noise);
  StylizeOptions options = tint_options(0.25);
  options.colour = GENERATE(ColourMode::Style, ColourMode::Match);
  const at::Tensor photo = input.content.colour;
  const at::Tensor painted = run_tint(input, options).picture.colour;
  const double whole = mean_difference(painted, photo);
  REQUIRE(whole > 0.001);
  for (const double strength : {0.01, 0.05, 0.1, 0.15, 0.2, 0.24}) {
    CAPTURE(strength);
    options.objective.strength = strength;
    const at::Tensor tinted = run_tint(input, options).picture.colour;
    CHECK(mean_difference(tinted, photo) == Approx(strength / 0.25 * whole).epsilon(1e-4));
    CHECK(support::relative_error(tinted, photo + strength / 0.25 * (painted - photo)) < 1e-6);
  }
  options.objective.strength = 0;
  CHECK(at::equal(run_tint(input, options).picture.colour, photo));
}

TEST_CASE("A tint of light and dark leaves the photo's colours alone", "[strength][color]") {
  const StylizeInput input = tint_input();
  StylizeOptions options = tint_options(0.1);
  options.colour = ColourMode::Luminance;
  const at::Tensor tinted = run_tint(input, options).picture.colour;
  const auto chroma = [](const at::Tensor& picture) { return with_chroma(at::full_like(picture, 0.5), picture); };
  CHECK(mean_difference(tinted, input.content.colour) > 0.001);
  CHECK(support::relative_error(chroma(tinted), chroma(input.content.colour)) < 1e-3);
}

TEST_CASE("A preview is as far over the photo as the result is", "[strength]") {
  StylizeInput input = tint_input();
  input.init = Init::Picture;
  input.init_picture.colour = support::picture({24, 40}, 4);
  StylizeOptions options = tint_options(0.05);
  options.schedule = {40, 1, 1};  // which only looks, so that the start is what was painted
  TintWatcher watcher;
  const StylizeResult result = support::stylized(TinyNetwork(), input, options, watcher);
  const at::Tensor expected = 0.8 * input.content.colour + 0.2 * input.init_picture.colour;
  CHECK(support::relative_error(watcher.shown, expected) < 1e-6);
  CHECK(support::relative_error(result.picture.colour, expected) < 1e-6);
}

TEST_CASE("The loss told of a tinted picture is that of what is saved, and nobody is warned of it", "[strength]") {
  struct Listener : Observer {
    void on_warning(const std::string& text) override { FAIL(text); }
  } listener;
  const StylizeInput input = tint_input();
  const StylizeOptions options = tint_options(0.05);
  const StylizeResult result = support::stylized(TinyNetwork(), input, options, listener);
  const TinyNetwork network;
  const Size style = style_sizes(style_extents(input), {24, 40}, options.style_scale, 2).front();
  const Picture painting{resized(input.styles[0].picture.colour, style).clamp(0, 1), {}};
  const Objective objective(network, options.objective, input.content,
                            {{compute_style_targets(network, options.objective, painting)}});
  CHECK(result.saved_loss.total ==
        Approx(objective.loss((result.picture.colour * 255).round() / 255).total).epsilon(1e-4));
}

TEST_CASE("The weights of the first quarter are those of a quarter, and cover all from there on", "[strength]") {
  ObjectiveOptions options;
  options.strength = 0.25;
  const double of_a_quarter = options.style_emphasis();
  CHECK(options.opacity() == 1);
  for (const double strength : {0.001, 0.1, 0.2499}) {
    options.strength = strength;
    CHECK(options.style_emphasis() == of_a_quarter);
    CHECK(options.opacity() == Approx(4 * strength));
  }
  for (const double strength : {0.3, 0.5, 1.0}) {
    options.strength = strength;
    CHECK(options.style_emphasis() > of_a_quarter);
    CHECK(options.opacity() == 1);
  }
  options.strength = 0;
  CHECK(options.style_emphasis() == 0);
  CHECK(options.opacity() == 0);
}
