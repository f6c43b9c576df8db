#pragma once

#include <spdlog/logger.h>

#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/plan.hpp"

namespace styler::app {

/// Everything that --dry-run tells.
struct DryRun {
  std::string machine;               ///< `cpu, bf16, 2 threads`
  std::vector<PlannedScale> scales;  ///< With their seconds.
  int64_t limit_bytes = 0;
  int64_t peak_so_far_bytes = 0;  ///< Reading pictures and weights may have taken more than the scales will.
  double other_seconds = 0;       ///< What reading pictures and weights took.
  double time_limit_seconds = 0;  ///< 0: none.
};

/// A table with a line per scale, and the memory and time of the whole.
std::vector<std::string> dry_run_lines(const DryRun& run);

/// Reads the pictures, loads the network, times a few evaluations at a small size, and prints what the run would be.
/// Writes no file, and ignores a checkpoint to go on from.
/// \param start  when the program began, as seconds_now() has it.
/// \returns the exit code. \throws as the run itself would before its first scale.
int dry_run(const JobOptions& options, double start, spdlog::logger& log);

}  // namespace styler::app
