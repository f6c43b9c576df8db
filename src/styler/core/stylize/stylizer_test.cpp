#include "styler/core/stylize/stylizer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
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

TEST_CASE("stylize lowers the loss at every scale", "[stylizer]") {
  Recorder recorder;
  const StylizeResult result = support::stylized(TinyNetwork(), tiny_input(), tiny_options(), recorder);
  REQUIRE(result.scales.size() == 2);
  for (const ScaleResult& scale : result.scales) CHECK(scale.summary.final_loss < 0.9 * scale.summary.initial_loss);
  CHECK((recorder.scales == std::vector<Size>{{12, 20}, {24, 40}}));
  CHECK(recorder.losses.size() == 16);
  CHECK_FALSE(result.stopped);
}

TEST_CASE("The result has the size asked for and values that a file can hold", "[stylizer]") {
  const Size content = GENERATE(Size{17, 300}, Size{300, 17}, Size{24, 40}, Size{2, 2});
  const int64_t size = GENERATE(0, 33, 64);
  if (size > 0 && scaled_to_long_edge(content, size).short_edge() < 2) return;
  const StylizeResult result = run(tiny_input(content), tiny_options(size));
  CHECK(picture_size(result.picture.colour) == (size == 0 ? content : scaled_to_long_edge(content, size)));
  CHECK(result.picture.colour.min().item<double>() >= 0);
  CHECK(result.picture.colour.max().item<double>() <= 1);
  CHECK(result.picture.colour.scalar_type() == at::kFloat);
}

TEST_CASE("The same seed gives the same bytes, another seed another picture", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.init = Init::Noise;
  StylizeOptions options = tiny_options();
  options.seed = 5;
  const at::Tensor first = run(input, options).picture.colour;
  CHECK(at::equal(first, run(input, options).picture.colour));
  options.seed = 6;
  CHECK_FALSE(at::equal(first, run(input, options).picture.colour));
}

TEST_CASE("The picture saved in 8 bits is as good as the last iterate", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.schedule.iterations = 60;
  options.objective.normalization =
      GENERATE(LossNormalization::Styler, LossNormalization::NeuralStyle, LossNormalization::Gatys);
  options.objective.style_weight = 1000;
  options.objective.range_weight = 1000;
  options.objective.tv_weight = 0;  // TinyNetwork's features are far smaller than VGG19's, which it is meant for
  options.optimizer.method = GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam);
  StylizeInput input = tiny_input();
  input.init = GENERATE(Init::Content, Init::Noise);
  const StylizeResult result = run(input, options);
  // TinyNetwork can match the style almost exactly, and then rounding alone is more than 1 % of what is left.
  const double hundredth = 0.01 * result.scales.front().summary.initial_loss;
  CHECK(result.saved_loss.total - result.scales.back().summary.final_loss < hundredth);
}

TEST_CASE("A picture that loses by being saved is warned of", "[stylizer]") {
  struct Listener : Observer {
    void on_warning(const std::string& text) override { warnings.push_back(text); }
    std::vector<std::string> warnings;
  } listener;
  StylizeOptions options = tiny_options();
  options.schedule.iterations = 60;
  options.objective.style_weight = 1000;
  options.objective.range_weight = GENERATE(0.0, 1000.0);
  StylizeInput input = tiny_input();
  input.styles[0].picture.colour =
      (2 * input.styles[0].picture.colour - 0.5).clamp(0, 1);  // strong enough to push values out of range
  const StylizeResult result = support::stylized(TinyNetwork(), input, options, listener);
  const bool lost = result.saved_loss.total > 1.01 * result.scales.back().summary.final_loss;
  CHECK(lost == (options.objective.range_weight == 0));
  CHECK(listener.warnings.size() == (lost ? 1 : 0));
}

TEST_CASE("A run that is stopped gives its best picture at the full size", "[stylizer]") {
  const int limit = GENERATE(1, 3, 8, 11);
  Recorder recorder(limit);
  const StylizeResult result = support::stylized(TinyNetwork(), tiny_input(), tiny_options(), recorder);
  CHECK(result.stopped);
  CHECK(picture_size(result.picture.colour) == Size{24, 40});
  CHECK(result.scales.back().summary.termination == Termination::StoppedByUser);
  CHECK(static_cast<int>(recorder.losses.size()) == limit);
}

TEST_CASE("The change against the content is what a finer scale starts from", "[stylizer]") {
  // Without any weight nothing moves, so the result must be the content with all its detail, not an enlargement.
  StylizeOptions options = tiny_options();
  options.objective.style_weight = options.objective.tv_weight = 0;
  const StylizeInput input = tiny_input();
  CHECK(support::relative_error(run(input, options).picture.colour, input.content.colour) < 1e-6);
}

TEST_CASE("A picture can be the start", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.init = Init::Picture;
  input.init_picture.colour = support::picture({50, 60}, 3);
  StylizeOptions options = tiny_options();
  options.schedule = {40, 1, 1};
  const StylizeResult result = run(input, options);
  CHECK(support::relative_error(result.picture.colour, resized(input.init_picture.colour, {24, 40}).clamp(0, 1)) <
        1e-5);
}

TEST_CASE("A start of the caller's keeps its own detail through all scales", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.objective.style_weight = options.objective.content_weight = options.objective.tv_weight = 0;
  StylizeInput input = tiny_input();
  input.init = Init::Picture;
  input.init_picture.colour = support::picture({24, 40}, 3);
  CHECK(support::relative_error(run(input, options).picture.colour, input.init_picture.colour) < 1e-6);
}

TEST_CASE("A time limit is shared by all scales", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.optimizer.time_limit_seconds = 1e-6;
  Recorder recorder;
  support::stylized(TinyNetwork(), tiny_input(), options, recorder);
  CHECK((recorder.endings == std::vector<Termination>{Termination::TimeLimit, Termination::TimeLimit}));
}

TEST_CASE("A run resumed at any evaluation gives the same bytes as one that never stopped", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.optimizer.method = GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam);
  options.optimizer.history_size = 3;
  options.optimizer.learning_rate = GENERATE(5.0, 200.0);  // the second makes steps that are taken back
  if (options.optimizer.method == OptimizerMethod::Lbfgs && options.optimizer.learning_rate > 5) return;
  StylizeInput input = tiny_input(GENERATE(Size{24, 40}, Size{1, 40}));  // the second is continued by its mirror image
  input.init = GENERATE(Init::Content, Init::Noise, Init::Picture);
  input.init_picture.colour = support::picture({50, 60}, 3);
  if (input.init == Init::Noise) options.schedule.coarse_style = 0.25;  // which makes three scales of two sizes

  StateKeeper whole;
  const StylizeResult expected = support::stylized(TinyNetwork(), input, options, whole);
  int64_t iterations = 0;
  int64_t steps_back = 0;
  for (const ScaleResult& scale : expected.scales) {
    CHECK(scale.summary.iterations == scale.scale.iterations);
    iterations += scale.summary.iterations;
    steps_back += scale.summary.steps_back;
  }
  REQUIRE(whole.states.size() == static_cast<size_t>(iterations));
  if (options.optimizer.learning_rate > 5) CHECK(steps_back > 0);

  for (size_t i = 0; i < whole.states.size(); ++i) {
    StateKeeper rest;
    const StylizeResult result =
        support::stylized(TinyNetwork(), input, options, rest, {}, kept_state(whole.states[i]));
    CHECK(at::equal(result.picture.colour, expected.picture.colour));
    CHECK(rest.losses == std::vector<double>(whole.losses.begin() + static_cast<int64_t>(i), whole.losses.end()));
    REQUIRE(result.scales.size() == expected.scales.size());
    for (size_t k = 0; k < result.scales.size(); ++k) {
      CHECK(result.scales[k].scale == expected.scales[k].scale);
      CHECK(result.scales[k].summary.iterations == expected.scales[k].summary.iterations);
      CHECK(result.scales[k].summary.final_loss == expected.scales[k].summary.final_loss);
    }
    CHECK(result.saved_loss.total == expected.saved_loss.total);
  }
}

TEST_CASE("The state that a stopped run leaves goes on as if it had not been stopped", "[stylizer]") {
  struct Stopper : Observer {
    Control on_iteration(const IterationEvent& event) override {
      if (++evaluations < 11) return Control::Continue;
      state = kept_state(event.state());
      return Control::Stop;
    }
    int evaluations = 0;
    RunState state;
  } stopper;
  const at::Tensor expected = run(tiny_input(), tiny_options()).picture.colour;
  CHECK(support::stylized(TinyNetwork(), tiny_input(), tiny_options(), stopper).stopped);
  Recorder recorder;
  const StylizeResult result =
      support::stylized(TinyNetwork(), tiny_input(), tiny_options(), recorder, {}, stopper.state);
  CHECK(at::equal(result.picture.colour, expected));
}

TEST_CASE("A run that is resumed with less memory goes on with smaller plans and a warning", "[stylizer]") {
  StateKeeper keeper;
  StylizeOptions options = tiny_options(400);  // large enough for tiles
  options.optimizer.history_size = 6;
  const StylizeResult expected = support::stylized(TinyNetwork(), tiny_input(), options, keeper);
  const RunState state = keeper.states[4];
  const int64_t most = std::max(state.plans[0].predicted_bytes, state.plans[1].predicted_bytes);

  struct Listener : Observer {
    void on_warning(const std::string& sentence) override { warnings.push_back(sentence); }
    std::vector<std::string> warnings;
  };
  const auto resume = [&](const RunState& from, int64_t limit) {
    Listener listener;
    const StylizeResult result =
        support::stylized(TinyNetwork(), tiny_input(), options, listener, MemoryBudget{limit, 0}, kept_state(from));
    CHECK(listener.warnings.size() <= 1);
    CHECK(result.scales.back().summary.iterations == 8);
    const double final_loss = result.scales.back().summary.final_loss;
    CHECK(final_loss < 0.9 * result.scales.back().summary.initial_loss);
    return std::pair(result.picture.colour, listener.warnings);
  };
  SECTION("enough of it: nothing changes") {
    const auto [picture, warnings] = resume(state, most);
    CHECK(at::equal(picture, expected.picture.colour));
    CHECK(warnings.empty());
  }
  SECTION("less for the scales ahead") {
    const auto [picture, warnings] = resume(state, most - 1);
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], support::contains("less memory"));
    CHECK_THAT(warnings[0], !support::contains("begins anew"));
    CHECK(support::relative_error(picture, expected.picture.colour) < 0.05);
  }
  SECTION("too little for what the optimiser remembers") {
    RunState greedy = kept_state(state);
    for (MemoryPlan& plan : greedy.plans) plan.history_size = 1000;
    for (MemoryPlan& plan : greedy.plans) plan.predicted_bytes = most * 100;
    const auto [picture, warnings] = resume(greedy, most);
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], support::contains("begins anew"));
    CHECK(support::relative_error(picture, expected.picture.colour) < 0.2);
  }
}

TEST_CASE("A state of a run with other sizes or iterations is refused", "[stylizer]") {
  StateKeeper keeper;
  support::stylized(TinyNetwork(), tiny_input(), tiny_options(), keeper);
  StylizeInput input = tiny_input();
  StylizeOptions options = tiny_options();
  RunState state = kept_state(keeper.states.back());
  SECTION("size") { options.schedule.size = 39; }
  SECTION("fewer scales") { options.schedule.scales = 1; }
  SECTION("fewer iterations") { options.schedule.iterations = 3; }
  SECTION("another content") { input.content.colour = support::picture({40, 24}, 1); }
  SECTION("nothing in it") { state.minimizer.best.reset(); }
  Recorder recorder;
  CHECK_THROWS_WITH(support::stylized(TinyNetwork(), input, options, recorder, {}, state),
                    support::contains("go on from"));
}

TEST_CASE("Pictures too small for the network are refused", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.styles[0].picture.colour = support::picture({1, 1});
  CHECK_THROWS_AS(run(input, tiny_options()), Error);
  CHECK_THROWS_AS(run(tiny_input({1, 1}), tiny_options(0)), Error);
}

TEST_CASE("Pictures narrower than the network can see are worked on all the same", "[stylizer]") {
  const Size content = GENERATE(Size{1, 50}, Size{50, 1});
  StylizeInput input = tiny_input(content);
  input.styles[0].picture.colour = support::picture({1, 30}, 9);
  Recorder recorder;
  const StylizeResult result = support::stylized(TinyNetwork(), input, tiny_options(0), recorder);
  CHECK(picture_size(result.picture.colour) == content);
  CHECK(result.scales.back().summary.final_loss < 0.9 * result.scales.back().summary.initial_loss);
}

TEST_CASE("The result carries the content's alpha at its own size", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.content.alpha = at::ones({1, 1, 24, 40}, support::on_device(at::kFloat));
  input.content.alpha.narrow(3, 20, 20).zero_();
  CHECK(at::equal(run(input, tiny_options()).picture.alpha, input.content.alpha));
  const at::Tensor smaller = run(input, tiny_options(20)).picture.alpha;
  CHECK(picture_size(smaller) == Size{12, 20});
  CHECK(smaller.min().item<double>() >= 0);
  CHECK(smaller.max().item<double>() <= 1);
  CHECK_FALSE(run(tiny_input(), tiny_options()).picture.alpha.defined());
}

TEST_CASE("A picture without anything visible is refused", "[stylizer]") {
  StylizeInput input = tiny_input();
  SECTION("content") { input.content.alpha = at::zeros({1, 1, 24, 40}, support::on_device(at::kFloat)); }
  SECTION("style") { input.styles[0].picture.alpha = at::zeros({1, 1, 30, 20}, support::on_device(at::kFloat)); }
  CHECK_THROWS_WITH(run(input, tiny_options()), support::contains("transparent everywhere"));
}

TEST_CASE("Style targets from the cache give the same picture as computed ones", "[stylizer]") {
  StyleTargetCache cache(1 << 20);
  StylizeInput input = tiny_input();
  const at::Tensor expected = run(input, tiny_options()).picture.colour;
  input.style_cache = &cache;
  input.styles[0].cache_key = "stripes";
  CHECK(at::equal(run(input, tiny_options()).picture.colour, expected));
  CHECK(cache.bytes() == 2 * (4 * 4 + 6 * 6) * 4);
  input.styles[0].picture.colour = support::picture({30, 20}, 1);  // not looked at again
  CHECK(at::equal(run(input, tiny_options()).picture.colour, expected));
  input.styles[0].cache_key = "dots";
  CHECK_FALSE(at::equal(run(input, tiny_options()).picture.colour, expected));
}

TEST_CASE("A style scale that is not above zero is refused by name", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.style_scale = 0;
  CHECK_THROWS_WITH(options.validate(), support::contains("style-scale is 0"));
}
