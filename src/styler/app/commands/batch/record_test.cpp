#include "styler/app/commands/batch/record.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace styler::app {
namespace {

JobOutcome outcome_of(JobStatus status) {
  JobOutcome result;
  result.job.name = "photo × art";
  result.job.output = "out/\xFF.png";  // no UTF-8
  result.status = status;
  if (status == JobStatus::Failed) result.reason = "it is \"broken\"\nbadly";
  return result;
}

}  // namespace

TEST_CASE("a report has one JSON object per line, whatever names and reasons hold", "[batch_record]") {
  const JobStatus status = GENERATE(JobStatus::Done, JobStatus::Skipped, JobStatus::Failed);
  const std::string line = report_line(outcome_of(status));
  CHECK(line.find('\n') == std::string::npos);
  const auto json = nlohmann::json::parse(line);
  CHECK(json.at("name") == "photo × art");
  CHECK(json.contains("reason") == (status == JobStatus::Failed));
}

TEST_CASE("a report takes over what the picture tells of itself", "[batch_record]") {
  JobOutcome done = outcome_of(JobStatus::Done);
  done.parameters = R"({"saved_loss": 0.5, "width": 64, "fingerprint": "ab", "options": {}})";
  const auto json = nlohmann::json::parse(report_line(done));
  CHECK(json.at("saved_loss") == 0.5);
  CHECK(json.at("width") == 64);
  CHECK(json.at("fingerprint") == "ab");
}

}  // namespace styler::app
