#include "styler/app/folders/ledger.hpp"

#include <algorithm>
#include <utility>

#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {

const char* status_name(JobStatus status) {
  switch (status) {
    case JobStatus::Done:
      return "done";
    case JobStatus::Skipped:
      return "skipped";
    case JobStatus::Failed:
      break;
  }
  return "failed";
}

void Totals::count(JobStatus status, const std::string& reason) {
  switch (status) {
    case JobStatus::Done:
      ++done;
      break;
    case JobStatus::Skipped:
      ++skipped;
      break;
    case JobStatus::Failed:
      failures.push_back(reason);
  }
}

std::vector<std::string> totals_table(const Totals& totals) {
  std::vector<std::string> lines;
  const auto row = [&](const char* what, int64_t count) {
    std::string number = std::to_string(count);
    number.insert(0, 8 - std::min<size_t>(8, number.size()), ' ');
    lines.push_back(std::string(what) + number);
  };
  row("done     ", totals.done);
  row("skipped  ", totals.skipped);
  row("failed   ", static_cast<int64_t>(totals.failures.size()));
  if (totals.settled() < totals.jobs) row("not begun", totals.jobs - totals.settled());
  // A broken painting fails with every photo, for one reason.
  std::vector<std::pair<std::string, int64_t>> reasons;
  for (const std::string& reason : totals.failures) {
    const auto known = std::ranges::find(reasons, reason, &std::pair<std::string, int64_t>::first);
    if (known != reasons.end()) {
      ++known->second;
    } else {
      reasons.emplace_back(reason, 1);
    }
  }
  for (const auto& [reason, count] : reasons) {
    lines.push_back("  " + reason + (count > 1 ? " (" + std::to_string(count) + " times)" : ""));
  }
  return lines;
}

Ledger::Ledger(LedgerOptions options, int64_t jobs, Console& console)
    : options_(std::move(options)), console_(console) {
  totals_.jobs = jobs;
  if (!options_.report.empty()) report_.emplace(options_.report);
}

void Ledger::tell_totals() const {
  if (options_.quiet) return;
  for (const std::string& line : totals_table(totals_)) console_.line(line);
}

int Ledger::exit_code() const {
  if (StopSignals::requested()) return kInterrupted;
  return totals_.failures.empty() && !report_is_incomplete() ? 0 : 1;
}

void Ledger::report(const std::string& line) {
  if (!report_) return;
  const bool told = report_is_incomplete();
  unreported_.push_back(line);
  try {
    while (!unreported_.empty()) {
      report_->add(unreported_.front());
      unreported_.erase(unreported_.begin());
    }
  } catch (const Error& error) {
    if (!told) console_.line("styler: " + std::string(error.what()) + "; the batch goes on without it");
  }
}

void Ledger::settle(const SettledJob& job) {
  totals_.count(job.status, job.reason);
  if (job.status == JobStatus::Failed && options_.fail_fast) ends_work_ = true;
  if (report_) report(job.report_line);
  for (const std::string& warning : job.warnings) {
    if (!options_.quiet) console_.line("styler: warning: " + warning);
  }
  const std::string place = std::to_string(totals_.settled()) + "/" + std::to_string(totals_.jobs) + " ";
  switch (job.status) {
    case JobStatus::Done:
      if (options_.quiet) break;
      console_.line(place + "done in " + duration_text(job.seconds) + ": " + job.name);
      print_line(job.output.string());
      break;
    case JobStatus::Skipped:  // the table counts them; a line for each of two thousand helps nobody
      break;
    case JobStatus::Failed:
      console_.line("styler: " + place + "failed: " + job.reason);
  }
}

}  // namespace styler::app
