// The whole method on a GPU, held against the same on the CPU. Each test is passed over where no GPU answers.
#include "support/gpu.hpp"

#include <ATen/ATen.h>

#include <string>
#include <utility>
#include <vector>

#include "styler/core/loss/position_weights.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/fine_style.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/feature_losses.hpp"
#include "support/gpu_runs.hpp"
#include "support/shallow_vgg19.hpp"
#include "support/tensors.hpp"

using namespace styler;
using support::check_losses;
using support::distance;
using support::gpu;
using support::kCpu;
using support::kSameLoss;
using support::kSamePixel;
using support::network_on;
using support::relative_error;
using support::run_on;
using support::small_input;
using support::small_options;
using support::Tape;

namespace {

/// As the convolutions are told to compute, until this goes: in all of float32's digits, not the ten bits that a GPU's
/// matrix units keep of them.
class WholeFloats {
 public:
  WholeFloats() : convolutions_(at::globalContext().allowTF32CuDNN()) { at::globalContext().setAllowTF32CuDNN(false); }
  ~WholeFloats() { at::globalContext().setAllowTF32CuDNN(convolutions_); }
  WholeFloats(const WholeFloats&) = delete;
  WholeFloats& operator=(const WholeFloats&) = delete;

 private:
  bool convolutions_;
};

/// Runs on both devices, and holds the losses and what comes out against each other.
void check_same_run(c10::Device device, const StylizeInput& input, const StylizeOptions& options) {
  Tape here, there;
  const StylizeResult expected = run_on(kCpu, input, options, here);
  const StylizeResult result = run_on(device, input, options, there);
  check_losses(there.losses, here.losses);
  CHECK(there.warnings == here.warnings);
  CHECK(result.saved_loss.total == support::Approx(expected.saved_loss.total).epsilon(10 * kSameLoss));
  REQUIRE(result.picture.colour.is_cpu());
  CHECK(distance(result.picture.colour, expected.picture.colour) < kSamePixel);
  CHECK(distance(there.shown, here.shown) < kSamePixel);
  REQUIRE(result.picture.alpha.defined() == expected.picture.alpha.defined());
  if (expected.picture.alpha.defined()) CHECK(at::equal(result.picture.alpha, expected.picture.alpha));
}

/// 1 in the left half, going over to 0 within a few pixels.
at::Tensor left_half(Size size) {
  const at::Tensor x = at::linspace(-1, 1, size.width, at::kFloat).view({1, 1, 1, -1});
  return (0.5 - 8 * x).clamp(0, 1).expand({1, 1, size.height, size.width}).contiguous();
}

}  // namespace

TEST_CASE("VGG19 on a GPU has the features and the gradient that it has on the CPU", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  const WholeFloats whole_floats;
  const at::ScalarType dtype = GENERATE(at::kDouble, at::kFloat, at::kBFloat16);
  const Padding padding = GENERATE(Padding::Zero, Padding::Replicate, Padding::Reflect, Padding::Circular);
  const Pooling pooling = GENERATE(Pooling::Max, Pooling::Average);
  VggWeights weights = support::shallow_weights();
  if (pooling == Pooling::Max) weights.convention = InputConvention::caffe();
  const auto layers = support::layers({"conv1_1", "relu1_2", "pool1", "relu2_1", "relu3_1"});
  const auto expected = make_reference_vgg19(weights, layers, pooling, {kCpu, at::kDouble, {}}, padding);
  const auto network = make_vgg19(weights, layers, pooling, {*device, dtype, {}}, padding);
  const double tolerance = dtype == at::kDouble ? 1e-10 : dtype == at::kFloat ? 1e-4 : 0.1;
  // Where a ReLU or a maximum is a near thing, rounding decides which way the gradient goes.
  const double of_gradient = dtype == at::kDouble ? 1e-10 : dtype == at::kFloat ? 0.02 : 0.2;

  const at::Tensor picture = support::picture({37, 50}, 3, dtype == at::kDouble ? at::kDouble : at::kFloat);
  FeaturePass here = expected->run(picture.to(at::kDouble), {}, WayBack::Kept);
  FeaturePass there = network->run(picture.to(*device), {}, WayBack::Kept);
  std::vector<at::Tensor> gradients_here, gradients_there;
  for (size_t i = 0; i < layers.size(); ++i) {
    CHECK(there.features[i].device() == *device);
    CHECK(relative_error(there.features[i].cpu().to(at::kDouble), here.features[i]) < tolerance);
    gradients_here.push_back(support::noise(here.features[i].sizes(), at::kDouble, i));
    gradients_there.push_back(gradients_here.back().to(*device, dtype).contiguous(at::MemoryFormat::ChannelsLast));
  }
  const at::Tensor gradient = support::pulled_back(there, gradients_there);
  CHECK(gradient.device() == *device);
  CHECK(gradient.scalar_type() == picture.scalar_type());
  const at::Tensor difference = gradient.cpu().to(at::kDouble) - support::pulled_back(here, gradients_here);
  CHECK(difference.norm().item<double>() < of_gradient * gradient.norm().item<double>());
}

TEST_CASE("A run on a GPU has the CPU's losses and its picture", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  options.optimizer.method = GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam);
  options.seed = 5;
  StylizeInput input = small_input();
  input.init = GENERATE(Init::Content, Init::Noise, Init::Picture);
  input.init_picture.colour = support::picture({50, 60}, 3);
  SECTION("as it is") {}
  SECTION("from the last options that differ") {
    options.optimizer.history_precision = Precision::Bf16;
    options.optimizer.preconditioner = Preconditioning::None;
    options.objective.normalization = LossNormalization::NeuralStyle;
  }
  check_same_run(*device, input, options);
}

TEST_CASE("In float32 and bfloat16 a GPU comes near to what float64 gives", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  const at::ScalarType dtype = GENERATE(at::kFloat, at::kBFloat16);
  const double at_first = dtype == at::kFloat ? 2e-3 : 2e-2;
  const double at_last = dtype == at::kFloat ? 0.02 : 0.3;  // a step's rounding decides about the next one
  Tape here, there;
  run_on(kCpu, small_input(), small_options(), here);
  run_on(*device, small_input(), small_options(), there, std::nullopt, dtype);
  REQUIRE(there.losses.size() == here.losses.size());
  CHECK(there.losses.front().total == support::Approx(here.losses.front().total).epsilon(at_first));
  CHECK(there.losses.back().total == support::Approx(here.losses.back().total).epsilon(at_last));
}

TEST_CASE("Every style loss is on a GPU what it is on the CPU", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  options.objective.style_loss =
      GENERATE(StyleLoss::Gram, StyleLoss::GramMean, StyleLoss::Wasserstein, StyleLoss::Histogram, StyleLoss::Sliced);
  options.objective.style_blend = GENERATE(StyleBlend::Targets, StyleBlend::Losses);
  StylizeInput input = small_input();
  input.styles.push_back({{support::picture({40, 56}, 4), {}}, 0.5});
  const bool transparent = GENERATE(false, true);
  if (transparent) {
    input.content.alpha = left_half({51, 64});
    input.styles[0].picture.alpha = 1 - left_half({60, 48});
  }
  INFO(kStyleLosses.word(options.objective.style_loss) << (transparent ? ", transparent" : ""));
  check_same_run(*device, input, options);
}

TEST_CASE("Every mode of colours is on a GPU what it is on the CPU", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  options.colour = *kColourModes.find(GENERATE(from_range(kColourModes.words())));
  INFO(kColourModes.word(options.colour));
  check_same_run(*device, small_input(), options);
}

TEST_CASE("Regions are on a GPU what they are on the CPU, also one that stays the photo", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  options.colour = GENERATE(ColourMode::Style, ColourMode::Luminance, ColourMode::Match);
  StylizeInput input = small_input();
  const at::Tensor left = left_half({51, 64});
  input.regions = {{left, "#ff0000"}, {1 - left, "#0000ff"}};
  input.styles[0].region_share = left_half({60, 48});
  if (GENERATE(false, true)) {
    input.styles.push_back({{support::picture({40, 56}, 4), {}}});
    input.styles.back().region = 1;
  }
  check_same_run(*device, input, options);
}

TEST_CASE("Textures are on a GPU what they are on the CPU, also those that fit beside themselves", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  options.schedule.tileable = GENERATE(false, true);
  StylizeInput input = small_input();
  input.content = {};
  input.texture = {48, 64};
  input.init = Init::Noise;
  check_same_run(*device, input, options);
}

TEST_CASE("Pictures that the network can't see whole, and huge ones made small, go through a GPU", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  StylizeInput input = small_input();
  SECTION("narrow") { input.content.colour = support::picture({1, 64}, 1); }
  SECTION("huge") {
    input.content.colour = support::picture({40, 64 * 110}, 1);
    input.styles[0].picture.colour = support::picture({64 * 110, 40}, 9);
  }
  check_same_run(*device, input, options);
}

TEST_CASE("Pictures are made small by any factor on a GPU as on the CPU", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  const int64_t factor = GENERATE(3, 30, 60, 150);
  const at::Tensor picture = support::picture({24 * factor, 8}, 2);
  CHECK(relative_error(resized(picture.to(*device), {24, 8}).cpu(), resized(picture, {24, 8})) < 1e-5);
  const at::Tensor share = left_half({8, 24 * factor});
  CHECK(relative_error(resized_share(share.to(*device), {8, 24}).cpu(), resized_share(share, {8, 24})) < 1e-5);
}

TEST_CASE("Tiles on a GPU give the picture of the whole", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  const Size size = support::is_simulated() ? Size{180, 200} : Size{301, 330};
  options.schedule = {size.width, 1, support::is_simulated() ? 2 : 4};
  StylizeInput input = small_input();
  input.content.colour = support::picture(size, 1);
  if (GENERATE(false, true)) input.content.alpha = left_half(size);
  Tape whole, tiled;
  const StylizeResult expected = run_on(*device, input, options, whole);  // the CPU would take half a minute
  options.memory.tile = 128;
  const StylizeResult result = run_on(*device, input, options, tiled);
  REQUIRE(whole.plans.front().tiling.blocks == 0);
  REQUIRE(tiled.plans.front().tiling.blocks > 0);
  check_losses(tiled.losses, whole.losses);
  CHECK(distance(result.picture.colour, expected.picture.colour) < kSamePixel);
}

TEST_CASE("A run begun on one device goes on on the other", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  options.optimizer.method = GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam);
  options.optimizer.history_size = 3;
  StylizeInput input = small_input();
  input.init = GENERATE(Init::Content, Init::Noise);
  const size_t evaluation = GENERATE(0, 4, 9);
  const std::pair<c10::Device, c10::Device> ways[] = {{*device, *device}, {*device, kCpu}, {kCpu, *device}};
  for (const auto& [first, second] : ways) {
    INFO("from " << first << " to " << second << " at evaluation " << evaluation);
    Tape whole(evaluation);
    const StylizeResult expected = run_on(first, input, options, whole);
    Tape rest;
    const StylizeResult result = run_on(second, input, options, rest, whole.state);
    check_losses(rest.losses, {whole.losses.begin() + static_cast<int64_t>(evaluation), whole.losses.end()});
    CHECK(distance(result.picture.colour, expected.picture.colour) < kSamePixel);
  }
}

TEST_CASE("Style targets are kept on a GPU as on the CPU", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StyleTargetCache cache(1 << 24);
  StylizeInput input = small_input();
  Tape computed, kept_there;
  run_on(*device, input, small_options(), computed);
  input.style_cache = &cache;
  input.styles[0].cache_key = "art";
  Tape first;
  run_on(*device, input, small_options(), first);
  REQUIRE(cache.bytes() > 0);
  input.styles[0].picture.colour = support::picture({60, 48}, 2);  // not looked at again
  run_on(*device, input, small_options(), kept_there);
  check_losses(kept_there.losses, computed.losses);
}

TEST_CASE("Fine strokes are painted on a GPU as on the CPU", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  const StylizeOptions options = small_options();
  const StylizeOptions strokes = fine_stroke_options(options, 64);
  const auto painted = [&](c10::Device where) {
    Tape tape;
    return with_fine_strokes(*network_on(where, strokes), {where, at::kDouble, {}}, small_input().content,
                             small_input().styles[0].picture, 64, options, tape, {})
        .colour;
  };
  CHECK(distance(painted(*device), painted(kCpu)) < kSamePixel);
}
