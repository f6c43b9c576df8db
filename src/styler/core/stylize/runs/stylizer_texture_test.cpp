#include <algorithm>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"
#include "support/tiny_runs.hpp"

using namespace styler;
using support::TinyNetwork;
using support::tiny_runs::kept_state;
using support::tiny_runs::Recorder;
using support::tiny_runs::run;
using support::tiny_runs::StateKeeper;
using support::tiny_runs::tiny_input;
using support::tiny_runs::tiny_options;

namespace {

/// The losses of each scale, one after the other.
struct ScaleLosses : Observer {
  void on_scale(const ScaleEvent&) override { scales.emplace_back(); }
  Control on_iteration(const IterationEvent& event) override {
    scales.back().push_back(event.loss);
    return Control::Continue;
  }
  std::vector<std::vector<LossBreakdown>> scales;
};

}  // namespace

TEST_CASE("The coarse style weighs the style at every scale but the finest", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.init = Init::Noise;
  StylizeOptions options = tiny_options();
  options.schedule.scales = 3;
  options.schedule.iterations = 1;  // each scale begins with what it got, so that both runs have the same pictures
  ScaleLosses whole;
  support::stylized(TinyNetwork(), input, options, whole);
  options.schedule.coarse_style = 0.125;
  ScaleLosses part;
  support::stylized(TinyNetwork(), input, options, part);
  REQUIRE(whole.scales.size() == 3);
  REQUIRE(part.scales.size() == 3);
  for (size_t scale = 0; scale < 3; ++scale) {
    const double share = scale < 2 ? 0.125 : 1;
    CHECK(part.scales[scale][0].style == support::Approx(share * whole.scales[scale][0].style));
    CHECK(part.scales[scale][0].content == support::Approx(whole.scales[scale][0].content));
  }
}

TEST_CASE("At the finest size the whole style goes on from the coarse style's best picture", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.init = GENERATE(Init::Content, Init::Noise);
  StylizeOptions options = tiny_options();
  options.schedule.scales = 1;
  options.schedule.iterations = 12;
  options.schedule.coarse_style = 0.125;
  ScaleLosses losses;
  support::stylized(TinyNetwork(), input, options, losses);
  REQUIRE(losses.scales.size() == 2);
  REQUIRE(losses.scales[0].size() == 4);
  const LossBreakdown coarse = *std::ranges::min_element(losses.scales[0], {}, &LossBreakdown::total);
  const LossBreakdown whole = losses.scales[1].front();
  CHECK(whole.style == support::Approx(coarse.style / 0.125).epsilon(1e-4));
  CHECK(whole.content == support::Approx(coarse.content).epsilon(1e-4));
}

TEST_CASE("From noise less style at the coarse scales leaves more of the content", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.init = Init::Noise;
  StylizeOptions options = tiny_options();
  options.schedule.iterations = 40;
  const auto content_at_finest = [&](double coarse_style) {
    options.schedule.coarse_style = coarse_style;
    ScaleLosses losses;
    support::stylized(TinyNetwork(), input, options, losses);
    return losses.scales[1].front().content;  // as the coarse size left it
  };
  CHECK(content_at_finest(0.01) < 0.9 * content_at_finest(1));
}

namespace {

StylizeInput texture_input(Size size) {
  StylizeInput input = tiny_input();
  input.content = {};
  input.texture = size;
  input.init = Init::Noise;
  return input;
}

/// How far apart neighbours along `edge` are on average, for every pair of rows or columns; the last pair is the seam.
std::vector<double> steps_along(const at::Tensor& picture, int64_t edge) {
  const at::Tensor change = (picture - picture.roll({-1}, {edge}))
                                .abs()
                                .mean(edge == 2 ? at::IntArrayRef{0, 1, 3} : at::IntArrayRef{0, 1, 2});
  const at::Tensor wide = change.to(at::kCPU, at::kDouble).contiguous();
  return {wide.data_ptr<double>(), wide.data_ptr<double>() + wide.numel()};
}

/// Of the seam between two copies laid side by side, and what is usual inside: nine tenths of the steps there are
/// smaller.
std::pair<double, double> seam_and_inside(const at::Tensor& picture, int64_t edge) {
  std::vector<double> steps = steps_along(picture, edge);
  const double seam = steps.back();
  steps.pop_back();
  std::sort(steps.begin(), steps.end());
  return {seam, steps[steps.size() * 9 / 10]};
}

}  // namespace

TEST_CASE("A texture needs no content, has its own size and comes closer to the style", "[stylizer]") {
  const Size size = GENERATE(Size{40, 40}, Size{24, 40}, Size{1, 40});
  StylizeOptions options = tiny_options();
  options.schedule.iterations = 40;
  const StylizeResult result = run(texture_input(size), options);
  CHECK(picture_size(result.picture.colour) == size);
  CHECK_FALSE(result.picture.alpha.defined());
  CHECK(result.saved_loss.content == 0);
  for (const ScaleResult& scale : result.scales) CHECK(scale.summary.final_loss < 0.99 * scale.summary.initial_loss);
}

TEST_CASE("A texture keeps its size when it is stopped, and its start when nothing moves it", "[stylizer]") {
  Recorder recorder(3);
  const StylizeResult stopped = support::stylized(TinyNetwork(), texture_input({24, 40}), tiny_options(), recorder);
  CHECK(stopped.stopped);
  CHECK(picture_size(stopped.picture.colour) == Size{24, 40});

  StylizeInput input = texture_input({24, 40});
  input.init = Init::Picture;
  input.init_picture.colour = support::picture({24, 40}, 3);
  StylizeOptions options = tiny_options();
  options.objective.style_weight = options.objective.tv_weight = 0;
  CHECK(support::relative_error(run(input, options).picture.colour, input.init_picture.colour) < 1e-6);
}

TEST_CASE("A tileable texture has no seam", "[stylizer]") {
  StylizeOptions options = tiny_options(48);
  options.schedule.iterations = 40;
  options.schedule.tileable = true;
  const TinyNetwork network(at::kFloat, Padding::Circular);
  Recorder recorder;
  const at::Tensor picture = support::stylized(network, texture_input({48, 48}), options, recorder).picture.colour;
  options.schedule.tileable = false;
  const at::Tensor other = support::stylized(TinyNetwork(), texture_input({48, 48}), options, recorder).picture.colour;
  for (const int64_t edge : {2, 3}) {
    const auto [seam, inside] = seam_and_inside(picture, edge);
    CHECK(seam < inside);
    const auto [plain_seam, plain_inside] = seam_and_inside(other, edge);
    CHECK(plain_seam > plain_inside);
  }
}

TEST_CASE("Edges of a tileable texture are multiples of the network's stride at every scale", "[stylizer]") {
  StylizeOptions options = tiny_options(0);
  options.schedule.tileable = true;
  options.schedule.scales = 3;
  Recorder recorder;
  support::stylized(TinyNetwork(at::kFloat, Padding::Circular), texture_input({31, 45}), options, recorder);
  CHECK((recorder.scales == std::vector<Size>{{8, 12}, {16, 24}, {32, 46}}));
}

TEST_CASE("A run of a texture can be resumed", "[stylizer]") {
  StylizeOptions options = tiny_options(48);
  options.schedule.tileable = GENERATE(false, true);
  const TinyNetwork network(at::kFloat, options.schedule.tileable ? Padding::Circular : Padding::Zero);
  StateKeeper whole;
  const StylizeInput input = texture_input({48, 48});
  const at::Tensor expected = support::stylized(network, input, options, whole).picture.colour;
  for (const size_t i : {size_t{3}, size_t{12}}) {
    StateKeeper rest;
    const StylizeResult result = support::stylized(network, input, options, rest, {}, kept_state(whole.states[i]));
    CHECK(at::equal(result.picture.colour, expected));
  }
}

TEST_CASE("On a torus the style's own edges are no neighbours once it has a hidden margin", "[stylizer]") {
  const TinyNetwork network(at::kDouble, Padding::Circular);
  const ObjectiveOptions options = TinyNetwork::objective_options();
  const Picture style{support::picture({16, 12}, 7, at::kDouble), {}};
  const auto gram = [&](const Picture& picture) {
    return compute_style_targets(network, options, picture).layers.back().gram;
  };
  const int64_t halo = halo_for(network.layers());
  const at::Tensor hidden = gram(with_hidden_margin(style, halo));
  CHECK(support::relative_error(gram(with_hidden_margin(style, halo + 8)), hidden) < 1e-12);
  CHECK(support::relative_error(gram(style), hidden) > 1e-6);
}
