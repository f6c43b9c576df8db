#include <vector>

#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

StylizeOptions colour_run(ColourMode colour, int64_t scales = 2) {
  StylizeOptions options;
  options.schedule = {40, scales, 8};
  options.schedule.coarse_style = 1;
  options.objective = TinyNetwork::objective_options();
  options.objective.style_weight = 100;
  options.colour = colour;
  return options;
}

at::Tensor grey(const at::Tensor& picture) { return mapped(picture, grey_map()); }

bool is_grey(const at::Tensor& colour) {
  return at::equal(colour.select(1, 0), colour.select(1, 1)) && at::equal(colour.select(1, 1), colour.select(1, 2));
}

/// Of muted colours, so that all of them exist at every lightness.
StylizeInput colour_input() {
  StylizeInput input;
  input.content.colour = 0.5 + 0.2 * (support::picture({24, 40}, 1) - 0.5);
  input.styles = {{.picture = {support::picture({30, 20}, 9), {}}}};
  return input;
}

/// Keeps every picture that it is shown.
struct Watcher : Observer {
  Control on_iteration(const IterationEvent& event) override {
    pictures.push_back(event.picture().clone());
    return Control::Continue;
  }
  std::vector<at::Tensor> pictures;
};

StylizeResult run_colours(const StylizeInput& input, const StylizeOptions& options) {
  Observer nobody;
  return support::stylized(TinyNetwork(), input, options, nobody);
}

/// Oklab's a and b alone, at half lightness.
at::Tensor chroma(const at::Tensor& picture) { return with_chroma(at::full_like(picture, 0.5), picture); }

}  // namespace

TEST_CASE("In luminance mode the photo's colours stay and its lightness is painted", "[stylizer][color]") {
  StylizeInput input = colour_input();
  input.init = GENERATE(Init::Content, Init::Noise);
  Watcher watcher;
  const at::Tensor painted =
      support::stylized(TinyNetwork(), input, colour_run(ColourMode::Luminance), watcher).picture.colour;
  const at::Tensor& photo = input.content.colour;
  CHECK(support::relative_error(chroma(painted), chroma(photo)) < 1e-3);
  CHECK(support::relative_error(grey(painted), grey(photo)) > 0.05);
  for (const at::Tensor& picture : watcher.pictures) {
    const at::Tensor expected = chroma(resized(photo, picture_size(picture)));
    CHECK(support::relative_error(chroma(picture), expected) < 1e-3);
  }
}

TEST_CASE("In luminance mode grey photos stay grey to the last bit", "[stylizer][color]") {
  StylizeInput input = colour_input();
  input.content.colour = grey(support::picture({24, 40}, 1));
  input.init = GENERATE(Init::Content, Init::Noise, Init::Picture);
  input.init_picture.colour = support::picture({30, 50}, 3);
  Watcher watcher;
  const StylizeResult result = support::stylized(TinyNetwork(), input, colour_run(ColourMode::Luminance), watcher);
  CHECK(is_grey(result.picture.colour));
  for (const at::Tensor& picture : watcher.pictures) CHECK(is_grey(picture));
}

TEST_CASE("In luminance mode what is optimised is what is seen", "[stylizer][color]") {
  // Grey, and the style has the photo's lightness: no picture is changed, and the objective is the one without a mode.
  StylizeInput input = colour_input();
  input.content.colour = grey(support::picture({24, 40}, 1));
  input.styles.front().picture.colour = input.content.colour.transpose(2, 3).contiguous();
  const StylizeResult result = run_colours(input, colour_run(ColourMode::Luminance, 1));
  input.init = Init::Picture;
  input.init_picture = result.picture;
  const Summary seen = run_colours(input, colour_run(ColourMode::Style, 1)).scales.back().summary;
  CHECK(result.saved_loss.total == support::Approx(seen.initial_loss).epsilon(0.01));
  CHECK(result.saved_loss.total < 0.9 * result.scales.back().summary.initial_loss);
}

TEST_CASE("Colours are matched before the run, and the style's are what is changed", "[stylizer][color]") {
  const ColourMode mode = GENERATE(ColourMode::Match, ColourMode::Histogram);
  StylizeInput input = colour_input();
  const at::Tensor painted = run_colours(input, colour_run(mode, 1)).picture.colour;
  const ColourMap map = mode == ColourMode::Histogram ? histogram_map(input.styles.front().picture, input.content)
                                                      : match_map(colour_statistics(input.styles.front().picture),
                                                                  colour_statistics(input.content));
  input.styles.front().picture.colour = mapped(input.styles.front().picture.colour, map);
  CHECK(at::equal(painted, run_colours(input, colour_run(ColourMode::Style, 1)).picture.colour));
}

TEST_CASE("A painting given the colours of another picture has these whatever the photo's are", "[stylizer][color]") {
  const ColourMode mode = GENERATE(ColourMode::Luminance, ColourMode::Match, ColourMode::Histogram);
  StyleTargetCache cache(1 << 20);
  StylizeInput input = colour_input();
  input.colours_from = input.content;
  const at::Tensor own = run_colours(input, colour_run(mode)).picture.colour;
  input.style_cache = &cache;
  input.styles.front().cache_key = "stripes";
  CHECK(at::equal(run_colours(input, colour_run(mode)).picture.colour, own));
  CHECK(cache.bytes() > 0);
  input.content.colour = input.content.colour * 0.5;
  const at::Tensor kept = run_colours(input, colour_run(mode)).picture.colour;
  input.style_cache = nullptr;
  CHECK(at::equal(run_colours(input, colour_run(mode)).picture.colour, kept));
  input.colours_from = {};
  CHECK_FALSE(at::equal(run_colours(input, colour_run(mode)).picture.colour, kept));
}

TEST_CASE("Style targets that depend on the photo are not kept for others", "[stylizer][color]") {
  const ColourMode mode = GENERATE(ColourMode::Luminance, ColourMode::Match, ColourMode::Histogram);
  StyleTargetCache cache(1 << 20);
  StylizeInput input = colour_input();
  input.style_cache = &cache;
  input.styles.front().cache_key = "stripes";
  run_colours(input, colour_run(mode));
  CHECK(cache.bytes() == 0);
}
