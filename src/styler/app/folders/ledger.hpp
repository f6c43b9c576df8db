#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/folders/line_file.hpp"
#include "styler/app/session/console.hpp"

namespace styler::app {

enum class JobStatus { Done, Skipped, Failed };

/// `done`, as reports call it.
const char* status_name(JobStatus status);

/// How many jobs stand.
struct Totals {
  int64_t jobs = 0;
  int64_t done = 0;
  int64_t skipped = 0;
  std::vector<std::string> failures;  ///< Why each that failed did.

  int64_t settled() const { return done + skipped + static_cast<int64_t>(failures.size()); }
  void count(JobStatus status, const std::string& reason);
};

/// The table at the end, one entry per line: done, skipped, failed, not begun; then every reason of a failure, once.
std::vector<std::string> totals_table(const Totals& totals);

/// What became of one job, as people are told of it.
struct SettledJob {
  std::string name;
  std::filesystem::path output;
  JobStatus status = JobStatus::Failed;
  std::string reason;                 ///< Why it failed: one sentence.
  std::vector<std::string> warnings;  ///< What its pictures gave rise to.
  double seconds = 0;                 ///< What it took; 0 unless done.
  std::string report_line;            ///< A JSON object, without a line's end.
};

struct LedgerOptions {
  std::filesystem::path report;  ///< Lines are added. Empty: none.
  bool fail_fast = false;        ///< The first failure ends the work.
  bool quiet = false;            ///< Tell of failures alone.
};

/// Where jobs end: counted, told, and written into the report.
class Ledger {
 public:
  /// \param jobs     how many there will be at most.
  /// \param console  must outlive the ledger.
  /// \throws Error{Output} when the report can't be opened.
  Ledger(LedgerOptions options, int64_t jobs, Console& console);

  /// For one thread at a time. A report that can't be written to is worth a warning, not the pictures that are still to
  /// come; its lines are tried again with those of the next job.
  void settle(const SettledJob& job);
  /// Whether the report lacks lines.
  bool report_is_incomplete() const { return !unreported_.empty(); }
  /// True once a failure has come that is to end the work. For any thread.
  bool ends_work() const { return ends_work_; }
  const Totals& totals() const { return totals_; }
  /// Writes the table at the end, unless all is to be quiet.
  void tell_totals() const;
  /// 0 where every job that there was is there, 1 where one or a line of the report is not, 130 after a signal.
  int exit_code() const;

 private:
  void report(const std::string& line);

  LedgerOptions options_;
  Console& console_;
  std::optional<LineFile> report_;
  std::vector<std::string> unreported_;  ///< Lines that could not be written yet.
  Totals totals_;
  std::atomic<bool> ends_work_ = false;
};

}  // namespace styler::app
