#pragma once

#include <string>
#include <vector>

#include "styler/app/commands/batch/jobs.hpp"
#include "styler/app/folders/ledger.hpp"

namespace styler::app {

/// What became of one job.
struct JobOutcome {
  BatchJob job;
  JobStatus status = JobStatus::Failed;
  std::string reason;                 ///< Why it failed: one sentence.
  std::vector<std::string> warnings;  ///< What its pictures gave rise to.
  std::string parameters;             ///< As stored in the output, see parameters.hpp; empty when it failed.
  double seconds = 0;                 ///< From the start of its painting until its file was there; 0 unless done.
};

/// One line of a report, without its end: a JSON object.
std::string report_line(const JobOutcome& outcome);

}  // namespace styler::app
