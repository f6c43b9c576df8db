#include "styler/stylizer.hpp"

#include <string>
#include <vector>

#include "styler/error.hpp"
#include "styler/resample.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

const ComputeDevice kCpu;

StylizeOptions tiny_options(int64_t size = 40) {
  StylizeOptions options;
  options.schedule = {size, 2, 8};
  options.objective = TinyNetwork::objective_options();
  return options;
}

StylizeInput tiny_input(Size content = {24, 40}) {
  return {support::picture(content, 1), support::picture({30, 20}, 9), Init::Content, {}};
}

/// Writes down what it is told and stops after `limit` evaluations in all.
struct Recorder : Observer {
  explicit Recorder(int limit = 1 << 20) : evaluations_left(limit) {}
  void on_scale(const ScaleEvent& event) override { scales.push_back(event.scale.size); }
  Control on_iteration(const IterationEvent& event) override {
    CHECK(picture_size(event.picture) == scales.back());
    losses.push_back(event.loss.total);
    return --evaluations_left > 0 ? Control::Continue : Control::Stop;
  }
  void on_scale_end(const ScaleEvent&, const Summary& summary) override { endings.push_back(summary.termination); }

  int evaluations_left;
  std::vector<Size> scales;
  std::vector<double> losses;
  std::vector<Termination> endings;
};

StylizeResult run(const StylizeInput& input, const StylizeOptions& options) {
  Recorder recorder;
  return stylize(TinyNetwork(), kCpu, input, options, recorder);
}

}  // namespace

TEST_CASE("stylize lowers the loss at every scale", "[stylizer]") {
  Recorder recorder;
  const StylizeResult result = stylize(TinyNetwork(), kCpu, tiny_input(), tiny_options(), recorder);
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
  CHECK(picture_size(result.picture) == (size == 0 ? content : scaled_to_long_edge(content, size)));
  CHECK(result.picture.min().item<double>() >= 0);
  CHECK(result.picture.max().item<double>() <= 1);
  CHECK(result.picture.scalar_type() == at::kFloat);
}

TEST_CASE("The same seed gives the same bytes, another seed another picture", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.init = Init::Noise;
  StylizeOptions options = tiny_options();
  options.seed = 5;
  const at::Tensor first = run(input, options).picture;
  CHECK(at::equal(first, run(input, options).picture));
  options.seed = 6;
  CHECK_FALSE(at::equal(first, run(input, options).picture));
}

TEST_CASE("The picture saved in 8 bits is as good as the last iterate", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.schedule.iterations = 60;
  options.objective.normalization =
      GENERATE(LossNormalization::Styler, LossNormalization::NeuralStyle, LossNormalization::Gatys);
  options.objective.style_weight = 1000;
  options.objective.range_weight = 1000;
  options.objective.tv_weight = 0;  // TinyNetwork's features are far smaller than VGG19's, which it is meant for
  options.optimizer.method = GENERATE("lbfgs", "adam");
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
  input.style = (2 * input.style - 0.5).clamp(0, 1);  // strong enough to push values out of range
  const StylizeResult result = stylize(TinyNetwork(), kCpu, input, options, listener);
  const bool lost = result.saved_loss.total > 1.01 * result.scales.back().summary.final_loss;
  CHECK(lost == (options.objective.range_weight == 0));
  CHECK(listener.warnings.size() == (lost ? 1 : 0));
}

TEST_CASE("A run that is stopped gives its best picture at the full size", "[stylizer]") {
  const int limit = GENERATE(1, 3, 8, 11);
  Recorder recorder(limit);
  const StylizeResult result = stylize(TinyNetwork(), kCpu, tiny_input(), tiny_options(), recorder);
  CHECK(result.stopped);
  CHECK(picture_size(result.picture) == Size{24, 40});
  CHECK(result.scales.back().summary.termination == Termination::StoppedByUser);
  CHECK(static_cast<int>(recorder.losses.size()) == limit);
}

TEST_CASE("The change against the content is what a finer scale starts from", "[stylizer]") {
  // Without any weight nothing moves, so the result must be the content with all its detail, not an enlargement.
  StylizeOptions options = tiny_options();
  options.objective.style_weight = options.objective.tv_weight = 0;
  const StylizeInput input = tiny_input();
  CHECK(support::relative_error(run(input, options).picture, input.content) < 1e-6);
}

TEST_CASE("A picture can be the start", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.init = Init::Picture;
  input.init_picture = support::picture({50, 60}, 3);
  StylizeOptions options = tiny_options();
  options.schedule = {40, 1, 1};
  const StylizeResult result = run(input, options);
  CHECK(support::relative_error(result.picture, resized(input.init_picture, {24, 40}).clamp(0, 1)) < 1e-5);
}

TEST_CASE("A start of the caller's keeps its own detail through all scales", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.objective.style_weight = options.objective.content_weight = options.objective.tv_weight = 0;
  StylizeInput input = tiny_input();
  input.init = Init::Picture;
  input.init_picture = support::picture({24, 40}, 3);
  CHECK(support::relative_error(run(input, options).picture, input.init_picture) < 1e-6);
}

TEST_CASE("A time limit is shared by all scales", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.optimizer.time_limit_seconds = 1e-6;
  Recorder recorder;
  stylize(TinyNetwork(), kCpu, tiny_input(), options, recorder);
  CHECK((recorder.endings == std::vector<Termination>{Termination::TimeLimit, Termination::TimeLimit}));
}

TEST_CASE("Pictures too small for the network are refused", "[stylizer]") {
  StylizeInput input = tiny_input();
  input.style = support::picture({1, 9});
  CHECK_THROWS_AS(run(input, tiny_options()), Error);
  CHECK_THROWS_AS(run(tiny_input({1, 9}), tiny_options(0)), Error);
}

TEST_CASE("A style scale that is not above zero is refused by name", "[stylizer]") {
  StylizeOptions options = tiny_options();
  options.style_scale = 0;
  CHECK_THROWS_WITH(options.validate(), support::contains("style-scale is 0"));
}
