#include "styler/app/commands/batch/ledger.hpp"

namespace styler::app {

void BatchLedger::settle(const JobOutcome& outcome) {
  if (keeps_outcomes_) outcomes_.push_back(outcome);
  ledger_.settle({outcome.job.name, outcome.job.output, outcome.status, outcome.reason, outcome.warnings,
                  outcome.seconds, report_line(outcome)});
}

}  // namespace styler::app
