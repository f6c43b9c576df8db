#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/commands/batch/jobs.hpp"

namespace styler::app {

enum class JobStatus { Done, Skipped, Failed };

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

/// Adds lines to a file, each in one go, so that a program that is killed leaves none half written. What a full disk
/// cuts off is no part of the next line.
class LineFile {
 public:
  /// \throws Error{Output} when the file can't be opened, or holds something that is no report.
  explicit LineFile(const std::filesystem::path& file);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// \throws Error{Output}
  void add(const std::string& line);

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

/// How a batch stands.
struct BatchTotals {
  int64_t jobs = 0;
  int64_t done = 0;
  int64_t skipped = 0;
  std::vector<JobOutcome> failed;

  int64_t settled() const { return done + skipped + static_cast<int64_t>(failed.size()); }
  void count(const JobOutcome& outcome);
};

/// The table at the end, one entry per line: done, skipped, failed, not begun; then every reason of a failure, once.
std::vector<std::string> totals_table(const BatchTotals& totals);

}  // namespace styler::app
