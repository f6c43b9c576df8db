#include "styler/app/commands/batch/record.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "styler/app/job/options_json.hpp"
#include "styler/app/job/stored_parameters.hpp"
#include "styler/base/error.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

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

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw Error(ErrorCode::Output, "report '" + file.string() + "' " + why);
}

std::string system_reason() { return std::generic_category().message(errno); }

}  // namespace

std::string report_line(const JobOutcome& outcome) {
  json line = {{"status", status_name(outcome.status)},
               {"name", outcome.job.name},
               {"content", outcome.job.content.string()},
               {"style", outcome.job.style.string()},
               {"output", outcome.job.output.string()}};
  if (outcome.status == JobStatus::Failed) line["reason"] = outcome.reason;
  if (!outcome.warnings.empty()) line["warnings"] = outcome.warnings;
  if (outcome.status == JobStatus::Done) line["seconds"] = outcome.seconds;
  const json parameters = json::parse(outcome.parameters, nullptr, /*allow_exceptions=*/false);
  if (parameters.is_object()) {
    for (const char* key : {"width", "height", "saved_loss", "fingerprint", "chosen"}) {
      if (parameters.contains(key)) line[key] = parameters[key];
    }
  }
  return line_text(line);
}

LineFile::LineFile(const std::filesystem::path& file) : file_(file) {
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
  if (descriptor_ < 0) fail(file, "cannot be opened (" + system_reason() + "); name another file with --report");
  struct stat status{};
  char first = '{';
  char last = '\n';
  const bool known = ::fstat(descriptor_, &status) == 0;
  if (known && status.st_size > 0) {
    static_cast<void>(::pread(descriptor_, &first, 1, 0));
    static_cast<void>(::pread(descriptor_, &last, 1, status.st_size - 1));
  }
  if (!known || !S_ISREG(status.st_mode) || first != '{') {
    ::close(descriptor_);
    fail(file, "is there already and is no report of a batch; name another file with --report");
  }
  if (last != '\n') add("");  // a machine that went down in mid-line
}

LineFile::~LineFile() { ::close(descriptor_); }

void LineFile::add(const std::string& line) {
  const std::string text = line + "\n";
  ssize_t written = 0;
  do {
    written = ::write(descriptor_, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  if (written != static_cast<ssize_t>(text.size())) {
    fail(file_, "cannot be written (" + (written < 0 ? system_reason() : "no space left") +
                    "); make room or name another file with --report");
  }
}

void BatchTotals::count(const JobOutcome& outcome) {
  switch (outcome.status) {
    case JobStatus::Done:
      ++done;
      break;
    case JobStatus::Skipped:
      ++skipped;
      break;
    case JobStatus::Failed:
      failed.push_back(outcome);
  }
}

std::vector<std::string> totals_table(const BatchTotals& totals) {
  std::vector<std::string> lines;
  const auto row = [&](const char* what, int64_t count) {
    std::string number = std::to_string(count);
    number.insert(0, 8 - std::min<size_t>(8, number.size()), ' ');
    lines.push_back(std::string(what) + number);
  };
  row("done     ", totals.done);
  row("skipped  ", totals.skipped);
  row("failed   ", static_cast<int64_t>(totals.failed.size()));
  if (totals.settled() < totals.jobs) row("not begun", totals.jobs - totals.settled());
  // A broken painting fails with every photo, for one reason.
  std::vector<std::pair<std::string, int64_t>> reasons;
  for (const JobOutcome& outcome : totals.failed) {
    const auto known = std::find_if(reasons.begin(), reasons.end(),
                                    [&](const auto& reason) { return reason.first == outcome.reason; });
    if (known != reasons.end()) {
      ++known->second;
    } else {
      reasons.emplace_back(outcome.reason, 1);
    }
  }
  for (const auto& [reason, count] : reasons) {
    lines.push_back("  " + reason + (count > 1 ? " (" + std::to_string(count) + " times)" : ""));
  }
  return lines;
}

}  // namespace styler::app
