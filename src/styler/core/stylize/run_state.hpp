#pragma once

#include <cstdint>
#include <vector>

#include "styler/core/memory/plan.hpp"
#include "styler/core/optimizer/minimize.hpp"
#include "styler/options/scales.hpp"

namespace styler {

struct ScaleResult {
  Scale scale;
  Summary summary;
};

/// Where stylize() stands between two evaluations: all that it needs, beside its arguments, to go on as if it had never
/// stopped. 36 bytes per pixel of the scale in work, beside what the optimiser remembers (L-BFGS: 24, and 24 per pair).
struct RunState {
  std::vector<ScaleResult> done;  ///< The scales that have ended; the one in work is the next.
  std::vector<MemoryPlan> plans;  ///< One per scale: another would give the same picture but for rounding.
  /// Of the scale in work; pixels are in 0–255 units, and continued by their mirror image where the network needs it.
  MinimizerState minimizer;
  OptimizerState optimizer;  ///< Empty: begins anew, from x.
};

}  // namespace styler
