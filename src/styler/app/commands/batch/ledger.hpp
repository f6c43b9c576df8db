#pragma once

#include <atomic>
#include <optional>
#include <vector>

#include "styler/app/commands/batch/options.hpp"
#include "styler/app/commands/batch/record.hpp"
#include "styler/app/session/console.hpp"

namespace styler::app {

/// Where the jobs of a batch end: counted, told, and written into the report.
class BatchLedger {
 public:
  /// \param jobs     how many there will be at most.
  /// \param console  must outlive the ledger.
  /// \throws Error{Output} when the report can't be opened.
  BatchLedger(const BatchOptions& options, int64_t jobs, Console& console);

  /// For one thread at a time.
  /// \throws Error{Output} when the report can't be written.
  void settle(const JobOutcome& outcome);
  /// True once a failure has come that is to end the batch. For any thread.
  bool ends_batch() const { return ends_batch_; }

  const BatchTotals& totals() const { return totals_; }
  /// Every outcome, if a gallery is to be made of them.
  const std::vector<JobOutcome>& outcomes() const { return outcomes_; }

 private:
  const BatchOptions& options_;
  Console& console_;
  std::optional<LineFile> report_;
  BatchTotals totals_;
  std::vector<JobOutcome> outcomes_;
  std::atomic<bool> ends_batch_ = false;
};

}  // namespace styler::app
