#pragma once

#include <vector>

#include "styler/app/commands/batch/options.hpp"
#include "styler/app/commands/batch/record.hpp"
#include "styler/app/folders/ledger.hpp"

namespace styler::app {

/// A Ledger that keeps the outcomes for a gallery.
class BatchLedger {
 public:
  /// \param jobs     how many there will be at most.
  /// \param console  must outlive the ledger.
  /// \throws Error{Output} when the report can't be opened.
  BatchLedger(const BatchOptions& options, int64_t jobs, Console& console)
      : ledger_({options.report, options.fail_fast, options.settings.messages.quiet}, jobs, console),
        keeps_outcomes_(!options.gallery.empty()) {}

  /// For one thread at a time.
  void settle(const JobOutcome& outcome);
  /// True once a failure has come that is to end the batch. For any thread.
  bool ends_batch() const { return ledger_.ends_work(); }

  void tell_totals() const { ledger_.tell_totals(); }
  int exit_code() const { return ledger_.exit_code(); }
  /// Every outcome, if a gallery is to be made of them.
  const std::vector<JobOutcome>& outcomes() const { return outcomes_; }

 private:
  Ledger ledger_;
  bool keeps_outcomes_;
  std::vector<JobOutcome> outcomes_;
};

}  // namespace styler::app
