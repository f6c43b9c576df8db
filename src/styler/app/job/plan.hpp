#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "styler/app/host/machine.hpp"
#include "styler/app/job/inputs/inputs.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/core/memory/plan.hpp"

namespace styler::app {

/// One scale of a run that may come.
struct PlannedScale {
  Scale scale;
  std::vector<Size> styles;
  MemoryPlan plan;
  double seconds = 0;  ///< That it will take; 0 until somebody has estimated it.
};

/// How a job would be painted.
struct JobPlan {
  /// The strokes of --fine-style.
  struct FineStyle {
    Size size;
    MemoryPlan plan;
  };

  std::vector<PlannedScale> scales;
  std::optional<FineStyle> fine_style;
  int64_t limit_bytes = 0;        ///< What may be in use at most.
  int64_t peak_so_far_bytes = 0;  ///< What reading pictures and weights has taken of the memory that the plan is for.
};

/// \throws as plan_run()
JobPlan plan_job(const JobInput& input, const JobOptions& options, const Machine& machine);

}  // namespace styler::app
