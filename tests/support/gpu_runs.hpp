#pragma once

#include <ATen/ATen.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "styler/core/network/vgg19.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/gpu.hpp"
#include "support/shallow_vgg19.hpp"
#include "support/tensors.hpp"

// Small runs of the whole method on VGG19's first blocks, on any device.
namespace support {

inline const c10::Device kCpu = c10::DeviceType::CPU;

/// By how much losses of one run may differ between devices in float64: pictures and the optimiser's vectors are
/// float32, and each step builds on the last.
inline constexpr double kSameLoss = 2e-4;
/// By how much values of a picture may, in 0–1 units (root of the mean square): where a gradient is all but zero, its
/// sign is the rounding's, and Adam steps by that.
inline constexpr double kSamePixel = 0.002;

inline styler::StylizeOptions small_options() {
  styler::StylizeOptions options;
  options.schedule = is_simulated() ? styler::ScheduleOptions{32, 2, 5} : styler::ScheduleOptions{64, 2, 6};
  options.schedule.coarse_style = 1;
  options.objective.content_layers = {styler::WeightedLayer::parse("relu3_1")};
  options.objective.style_layers = {styler::WeightedLayer::parse("relu1_1"),
                                    styler::WeightedLayer::parse("relu2_1:0.5"),
                                    styler::WeightedLayer::parse("relu3_1")};
  return options;
}

inline double distance(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).square().mean(at::kDouble).sqrt().item<double>();
}

/// On the CPU, as pictures come from a file.
inline styler::StylizeInput small_input() {
  styler::StylizeInput input;
  input.content = {picture({51, 64}, 1), {}};
  input.styles = {{{picture({60, 48}, 9), {}}}};
  return input;
}

inline styler::RunState kept(styler::RunState state) {
  for (at::Tensor* tensor : {&state.minimizer.x, &state.minimizer.best, &state.minimizer.accepted}) {
    *tensor = tensor->clone();
  }
  for (auto& [name, tensor] : state.optimizer) tensor = tensor.clone();
  return state;
}

/// Writes down what it is told; keeps the state of one evaluation.
struct Tape : styler::Observer {
  explicit Tape(size_t evaluation = std::numeric_limits<size_t>::max()) : kept_evaluation(evaluation) {}
  void on_scale(const styler::ScaleEvent& event) override { plans.push_back(event.plan); }
  styler::Control on_iteration(const styler::IterationEvent& event) override {
    if (losses.size() == kept_evaluation) state = kept(event.state());
    losses.push_back(event.loss);
    shown = event.picture().clamp(0, 1).cpu();
    return styler::Control::Continue;
  }
  void on_warning(const std::string& sentence) override { warnings.push_back(sentence); }

  size_t kept_evaluation;
  styler::RunState state;
  std::vector<styler::MemoryPlan> plans;
  std::vector<styler::LossBreakdown> losses;
  std::vector<std::string> warnings;
  at::Tensor shown;
};

inline std::unique_ptr<styler::FeatureExtractor> network_on(c10::Device device, const styler::StylizeOptions& options,
                                                            at::ScalarType dtype = at::kDouble) {
  const styler::Padding padding = options.schedule.tileable ? styler::Padding::Circular : options.objective.padding;
  return styler::make_reference_vgg19(shallow_weights(), options.objective.layers(), styler::Pooling::Max,
                                      {device, dtype, {}}, padding);
}

inline styler::StylizeResult run_on(c10::Device device, const styler::StylizeInput& input,
                                    const styler::StylizeOptions& options, Tape& tape,
                                    std::optional<styler::RunState> from = std::nullopt,
                                    at::ScalarType dtype = at::kDouble) {
  return styler::stylize(*network_on(device, options, dtype), {device, dtype, {}}, input, options, tape, {},
                         std::move(from));
}

inline void check_losses(const std::vector<styler::LossBreakdown>& actual,
                         const std::vector<styler::LossBreakdown>& expected, double tolerance = kSameLoss) {
  REQUIRE(actual.size() == expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    INFO("evaluation " << i + 1 << " of " << expected.size());
    const double margin = tolerance * expected[i].total;
    CHECK(actual[i].content == Approx(expected[i].content).margin(margin));
    CHECK(actual[i].style == Approx(expected[i].style).margin(margin));
    CHECK(actual[i].tv == Approx(expected[i].tv).margin(margin));
    CHECK(actual[i].range == Approx(expected[i].range).margin(margin));
    CHECK(actual[i].total == Approx(expected[i].total).margin(margin));
  }
}

}  // namespace support
