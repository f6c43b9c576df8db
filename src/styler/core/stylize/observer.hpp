#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "styler/core/loss/objective.hpp"
#include "styler/core/memory/plan.hpp"
#include "styler/core/optimizer/minimize.hpp"
#include "styler/core/stylize/run_state.hpp"
#include "styler/options/scales.hpp"

namespace styler {

enum class Control { Continue, Stop };

/// A scale is about to begin.
struct ScaleEvent {
  int64_t index = 0;  ///< 0 … count − 1, coarse to fine
  int64_t count = 1;
  Scale scale;
  std::vector<Size> style_sizes{};  ///< One per style picture.
  MemoryPlan plan{};
  int64_t iterations_done = 0;  ///< Above 0 where a run is resumed in the midst of this scale.
  /// What is done otherwise here than at the finest scale, each in one sentence without its full stop.
  std::vector<std::string> remarks{};
};

/// One evaluation has been done.
struct IterationEvent {
  int64_t iteration = 0;  ///< 1 … iterations, within the scale
  LossBreakdown loss;
  /// The picture that was evaluated, as the result would be, [1, 3, H, W] at the scale's size, RGB; values may lie a
  /// little outside [0, 1]. Made when it is asked for, which may be during the call only.
  std::function<at::Tensor()> picture;
  double elapsed_seconds = 0.0;  ///< Wall time since the scale began, or was resumed.
  /// From where this evaluation can be done again: what stylize() takes to resume the run. Costs nothing. Its tensors
  /// are the run's own: valid during the call only.
  std::function<RunState()> state;
};

/// Told of everything that happens in a run; the default ignores it all. Called on the thread that called stylize().
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_scale(const ScaleEvent&) {}
  virtual Control on_iteration(const IterationEvent&) { return Control::Continue; }
  /// A scale has ended; `summary` says why.
  virtual void on_scale_end(const ScaleEvent&, const Summary&) {}
  /// Something the user should know and that does not end the run: one sentence.
  virtual void on_warning(const std::string&) {}
};

}  // namespace styler
