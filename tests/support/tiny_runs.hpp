#pragma once

#include <vector>

#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"

/// Whole runs on pictures and a network that take milliseconds.
namespace support::tiny_runs {

using styler::Control;
using styler::IterationEvent;
using styler::Observer;
using styler::picture_size;
using styler::RunState;
using styler::ScaleEvent;
using styler::Size;
using styler::StylizeInput;
using styler::StylizeOptions;
using styler::StylizeResult;
using styler::Summary;
using styler::Termination;

inline StylizeOptions tiny_options(int64_t size = 40) {
  StylizeOptions options;
  options.schedule = {size, 2, 8};
  options.schedule.coarse_style = 1;
  options.objective = TinyNetwork::objective_options();
  return options;
}

inline StylizeInput tiny_input(Size content = {24, 40}) {
  StylizeInput input;
  input.content = {support::picture(content, 1), {}};
  input.styles = {{{support::picture({30, 20}, 9), {}}}};
  return input;
}

/// Writes down what it is told and stops after `limit` evaluations in all.
struct Recorder : Observer {
  explicit Recorder(int limit = 1 << 20) : evaluations_left(limit) {}
  void on_scale(const ScaleEvent& event) override { scales.push_back(event.scale.size); }
  Control on_iteration(const IterationEvent& event) override {
    CHECK(picture_size(event.picture()) == scales.back());
    losses.push_back(event.loss.total);
    return --evaluations_left > 0 ? Control::Continue : Control::Stop;
  }
  void on_scale_end(const ScaleEvent&, const Summary& summary) override { endings.push_back(summary.termination); }

  int evaluations_left;
  std::vector<Size> scales;
  std::vector<double> losses;
  std::vector<Termination> endings;
};

inline StylizeResult run(const StylizeInput& input, const StylizeOptions& options) {
  Recorder recorder;
  return stylized(TinyNetwork(), input, options, recorder);
}

/// A deep copy: what an observer is given is valid during the call only.
inline RunState kept_state(RunState state) {
  for (at::Tensor* tensor : {&state.minimizer.x, &state.minimizer.best, &state.minimizer.accepted}) {
    *tensor = tensor->clone();
  }
  for (auto& [name, tensor] : state.optimizer) tensor = tensor.clone();
  return state;
}

/// Keeps the state of every evaluation.
struct StateKeeper : Observer {
  Control on_iteration(const IterationEvent& event) override {
    states.push_back(kept_state(event.state()));
    losses.push_back(event.loss.total);
    return Control::Continue;
  }
  std::vector<RunState> states;
  std::vector<double> losses;
};

}  // namespace support::tiny_runs
