#include "styler/app/commands/batch/ledger.hpp"

#include <iostream>

#include "styler/base/text.hpp"

namespace styler::app {

BatchLedger::BatchLedger(const BatchOptions& options, int64_t jobs, Console& console)
    : options_(options), console_(console) {
  totals_.jobs = jobs;
  if (!options.report.empty()) report_.emplace(options.report);
}

void BatchLedger::settle(const JobOutcome& outcome) {
  totals_.count(outcome);
  if (!options_.gallery.empty()) outcomes_.push_back(outcome);
  if (outcome.status == JobStatus::Failed && options_.fail_fast) ends_batch_ = true;
  if (report_) report_->add(report_line(outcome));
  for (const std::string& warning : outcome.warnings) {
    if (!options_.settings.messages.quiet) console_.line("styler: warning: " + warning);
  }
  const std::string place = std::to_string(totals_.settled()) + "/" + std::to_string(totals_.jobs) + " ";
  switch (outcome.status) {
    case JobStatus::Done:
      if (options_.settings.messages.quiet) break;
      console_.line(place + "done in " + duration_text(outcome.seconds) + ": " + outcome.job.name);
      std::cout << outcome.job.output.string() << '\n' << std::flush;
      break;
    case JobStatus::Skipped:  // the table counts them; a line for each of two thousand helps nobody
      break;
    case JobStatus::Failed:
      console_.line("styler: " + place + "failed: " + outcome.reason);
  }
}

}  // namespace styler::app
