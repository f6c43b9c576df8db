#include "styler/app/folders/ledger.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

SettledJob job(JobStatus status, const std::string& reason = {}) {
  SettledJob settled{"photo × art", "out/a.png", status, reason, {"it is odd"}, 65, R"({"status":1})"};
  return settled;
}

/// What goes to stdout while it lives.
class Stdout {
 public:
  Stdout() : before_(std::cout.rdbuf(text_.rdbuf())) {}
  ~Stdout() { std::cout.rdbuf(before_); }
  Stdout(const Stdout&) = delete;
  Stdout& operator=(const Stdout&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
};

/// What settling a job that is done and one that failed says on stderr, and on stdout.
std::pair<std::string, std::string> told(bool quiet) {
  const Stdout out;
  std::ostringstream err;
  Console console(err, /*terminal=*/false, 80);
  Ledger ledger({{}, false, quiet}, 3, console);
  ledger.settle(job(JobStatus::Done));
  ledger.settle(job(JobStatus::Skipped));
  ledger.settle(job(JobStatus::Failed, "it is broken"));
  return {err.str(), out.text()};
}

}  // namespace

TEST_CASE("the table counts every job and names the failures", "[ledger]") {
  Totals totals;
  totals.jobs = 10;
  for (int i = 0; i < 3; ++i) totals.count(JobStatus::Done, {});
  totals.count(JobStatus::Skipped, {});
  totals.count(JobStatus::Failed, "it is broken");
  totals.count(JobStatus::Failed, "it is broken");
  CHECK(totals.settled() == 6);
  const std::vector<std::string> table = totals_table(totals);
  REQUIRE(table.size() == 5);
  CHECK(table[0] == "done            3");
  CHECK(table[1] == "skipped         1");
  CHECK(table[2] == "failed          2");
  CHECK(table[3] == "not begun       4");
  CHECK_THAT(table[4], support::contains("(2 times)"));
}

TEST_CASE("a ledger tells of what is done and failed, and quietly of failures alone", "[ledger]") {
  const auto [err, out] = told(/*quiet=*/false);
  CHECK(err ==
        "styler: warning: it is odd\n1/3 done in 1:05: photo × art\nstyler: warning: it is odd\n"
        "styler: warning: it is odd\nstyler: 3/3 failed: it is broken\n");
  CHECK(out == "out/a.png\n");
  const auto [quiet_err, quiet_out] = told(/*quiet=*/true);
  CHECK(quiet_err == "styler: 3/3 failed: it is broken\n");
  CHECK(quiet_out.empty());
}

TEST_CASE("a ledger reports every job, and ends the work at a failure if asked to", "[ledger]") {
  const support::TempFolder folder;
  std::ostringstream err;
  Console console(err, /*terminal=*/false, 80);
  const bool fail_fast = GENERATE(false, true);
  {
    Ledger ledger({folder / "jobs.jsonl", fail_fast, true}, 3, console);
    ledger.settle(job(JobStatus::Skipped));
    CHECK_FALSE(ledger.ends_work());
    ledger.settle(job(JobStatus::Failed, "it is broken"));
    CHECK(ledger.ends_work() == fail_fast);
    CHECK(ledger.totals().failures == std::vector<std::string>{"it is broken"});
  }
  std::ostringstream text;
  text << std::ifstream(folder / "jobs.jsonl").rdbuf();
  CHECK(text.str() == "{\"status\":1}\n{\"status\":1}\n");
}

TEST_CASE("a report on a full disk is told of once, and no job is lost by it", "[ledger]") {
  const support::TempFolder folder;
  std::ostringstream err;
  Console console(err, /*terminal=*/false, 80);
  Ledger ledger({folder / "jobs.jsonl", /*fail_fast=*/false, /*quiet=*/true}, 3, console);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit nothing{0, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &nothing) == 0);
  ledger.settle(job(JobStatus::Done));
  ledger.settle(job(JobStatus::Done));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(ledger.totals().done == 2);
  CHECK(ledger.report_is_incomplete());
  CHECK_THAT(err.str(), support::contains("jobs.jsonl"));
  CHECK(std::ranges::count(err.str(), '\n') == 1);
  ledger.settle(job(JobStatus::Done));  // there is room again
  CHECK_FALSE(ledger.report_is_incomplete());
  CHECK(std::filesystem::file_size(folder / "jobs.jsonl") == 3 * std::string("{\"status\":1}\n").size());
  static_cast<void>(std::signal(SIGXFSZ, handler));
}

}  // namespace styler::app
