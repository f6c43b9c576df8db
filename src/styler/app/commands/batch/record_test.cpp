#include "styler/app/commands/batch/record.hpp"

#include <nlohmann/json.hpp>

#include "styler/app/commands/batch/progress.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

JobOutcome outcome(JobStatus status, const std::string& name = "photo × art") {
  JobOutcome result;
  result.job.name = name;
  result.job.output = "out/\xFF.png";  // no UTF-8
  result.status = status;
  if (status == JobStatus::Failed) result.reason = "it is \"broken\"\nbadly";
  return result;
}

}  // namespace

TEST_CASE("a report has one JSON object per line, whatever names and reasons hold", "[batch_record]") {
  const JobStatus status = GENERATE(JobStatus::Done, JobStatus::Skipped, JobStatus::Failed);
  const std::string line = report_line(outcome(status));
  CHECK(line.find('\n') == std::string::npos);
  const auto json = nlohmann::json::parse(line);
  CHECK(json.at("name") == "photo × art");
  CHECK(json.contains("reason") == (status == JobStatus::Failed));
}

TEST_CASE("a report takes over what the picture tells of itself", "[batch_record]") {
  JobOutcome done = outcome(JobStatus::Done);
  done.parameters = R"({"saved_loss": 0.5, "width": 64, "fingerprint": "ab", "options": {}})";
  const auto json = nlohmann::json::parse(report_line(done));
  CHECK(json.at("saved_loss") == 0.5);
  CHECK(json.at("width") == 64);
  CHECK(json.at("fingerprint") == "ab");
}

TEST_CASE("lines are added to a report, after one that was cut off too", "[batch_record]") {
  const support::TempFolder folder;
  const auto file = folder.put("jobs.jsonl", "{\"a\":1}\n{\"b\"");
  LineFile(file).add("{\"c\":3}");
  LineFile(file).add("{\"d\":4}");
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  CHECK(text.str() == "{\"a\":1}\n{\"b\"\n{\"c\":3}\n{\"d\":4}\n");
}

TEST_CASE("a file that is no report stays as it is", "[batch_record]") {
  const support::TempFolder folder;
  CHECK_THROWS_AS(LineFile(folder.put("photo.png", "\x89PNG")), Error);
  CHECK_THROWS_AS(LineFile(folder.path()), Error);
  CHECK_THROWS_AS(LineFile(folder / "none" / "jobs.jsonl"), Error);
  CHECK(std::filesystem::file_size(folder / "photo.png") == 4);
}

TEST_CASE("the table counts every job and names the failures", "[batch_record]") {
  BatchTotals totals;
  totals.jobs = 10;
  for (int i = 0; i < 3; ++i) totals.count(outcome(JobStatus::Done));
  totals.count(outcome(JobStatus::Skipped));
  totals.count(outcome(JobStatus::Failed, "bad × art"));
  totals.count(outcome(JobStatus::Failed, "bad × other"));
  CHECK(totals.settled() == 6);
  const std::vector<std::string> table = totals_table(totals);
  REQUIRE(table.size() == 5);
  CHECK(table[0] == "done            3");
  CHECK(table[1] == "skipped         1");
  CHECK(table[2] == "failed          2");
  CHECK(table[3] == "not begun       4");
  CHECK_THAT(table[4], support::contains("(2 times)"));
}

TEST_CASE("the time left of a batch comes from the pictures behind it", "[batch_record]") {
  BatchTimeLeft left(5);
  CHECK(left.seconds(4, 6) == 6 + 4 * 10);  // nothing behind it: the current one tells
  left.painted(20);
  left.painted(30);
  CHECK(left.seconds(5, 10) == 10 + 2 * 25);
  CHECK(left.seconds(0, 0) == 3 * 25);
  for (int i = 0; i < 4; ++i) left.painted(20);  // more than was expected
  CHECK(left.seconds(1, 2) == 2);
}

}  // namespace styler::app
