#include "styler/app/job/record/report.hpp"

#include <nlohmann/json.hpp>

#include "styler/app/commands/command_line.hpp"
#include "support/catch.hpp"

namespace styler::app {
namespace {

JobRecord two_scales() {
  RecordingObserver observer;
  for (int64_t i = 0; i < 2; ++i) {
    const ScaleEvent event{i, 2, {{64 << i, 96 << i}, 3, i == 0 ? 0.25 : 1}, {{50, 40}}};
    observer.on_scale(event);
    for (int64_t k = 1; k <= 3; ++k) {
      IterationEvent iteration;
      iteration.iteration = k;
      iteration.loss = {1.0, 2.0, 0.0, 0.5, 3.5 / static_cast<double>(k)};
      observer.on_iteration(iteration);
    }
    Summary summary;
    summary.iterations = 3;
    summary.termination = Termination::Iterations;
    observer.on_scale_end(event, summary);
  }
  JobRecord record;
  record.content_size = {400, 600};
  record.output_size = {128, 192};
  record.machine.threads = 2;
  record.machine.weights_origin.source = "somewhere";
  record.scales = observer.scales();
  record.saved_loss = LossBreakdown{1, 2, 0, 0, 3};
  return record;
}

}  // namespace

TEST_CASE("a report has every loss term of every iteration", "[report]") {
  const auto report = report_json({}, two_scales());
  CHECK(report.at("status") == "done");
  REQUIRE(report.at("scales").size() == 2);
  for (const auto& scale : report.at("scales")) {
    for (const char* term : {"total", "content", "style", "tv", "range"}) {
      CHECK(scale.at("losses").at(term).size() == 3);
    }
    CHECK(scale.at("ended_by") == "iterations");
  }
  CHECK(report.at("scales")[1].at("width") == 192);
  CHECK(report.at("scales")[0].at("style_share") == 0.25);
  CHECK(report.at("scales")[0].at("losses").at("total")[0] == 3.5);
  CHECK(report.at("saved_loss").at("total") == 3);
  CHECK(report.at("chosen").at("device") == "cpu");
  CHECK(report.at("content").at("width") == 600);
}

TEST_CASE("a report tells of one style as of a picture, and of several as of an array", "[report]") {
  JobRecord record = two_scales();
  record.styles = {{"a.png", {50, 40}}};
  CHECK(report_json({}, record).at("style").at("file") == "a.png");
  CHECK(report_json({}, record).at("style").at("width") == 40);
  CHECK(report_json({}, record).at("scales")[0].at("style").at("height") == 50);
  record.styles = {{"a.png", {50, 40}, 0.75, 1}, {"b.png", {60, 70}, 0.25, 0.5}};
  for (ScaleRecord& scale : record.scales) scale.event.style_sizes = {{50, 40}, {6, 7}};
  const auto report = report_json({}, record);
  CHECK(report.at("style").size() == 2);
  CHECK(report.at("style")[1].at("share") == 0.25);
  CHECK(report.at("style")[1].at("scale") == 0.5);
  CHECK(report.at("style")[1].at("width") == 70);
  CHECK(report.at("scales")[1].at("style")[1].at("width") == 7);
}

TEST_CASE("a report of a stopped run says so and has no loss of the saved picture", "[report]") {
  JobRecord record = two_scales();
  record.stopped = true;
  record.exit_code = 130;
  record.saved_loss.reset();
  record.scales.back().summary.reset();
  const auto report = report_json({}, record);
  CHECK(report.at("status") == "stopped");
  CHECK(report.at("exit_code") == 130);
  CHECK(report.at("saved_loss").is_null());
  CHECK_FALSE(report.at("scales")[1].contains("ended_by"));
}

TEST_CASE("a report names every option by its name on the command line", "[report]") {
  const std::string help = std::get<Answer>(parse({"--help"})).text;
  const auto report = report_json({}, two_scales());
  for (const auto& [name, value] : report.at("options").items()) {
    INFO(name);
    CHECK_THAT(help, support::contains("--" + name + " ") || support::contains("--" + name + "\n"));
  }
  // Everything but --config, whose content stands in the other options, --dry-run, which writes no report, --force,
  // which is about what was there before, and the three that end the program.
  size_t options = 0;
  for (size_t at = help.find("\n  -"); at != std::string::npos; at = help.find("\n  -", at + 1)) ++options;
  for (size_t at = help.find("\n      --"); at != std::string::npos; at = help.find("\n      --", at + 1)) ++options;
  CHECK(report.at("options").size() == options - 6);
}

TEST_CASE("a report survives file names and numbers that JSON can't hold", "[report]") {
  JobOptions options;
  options.content = "b\xff\xfe.png";
  JobRecord record = two_scales();
  record.scales[0].losses[0].total = std::numeric_limits<double>::quiet_NaN();
  const auto report = nlohmann::json::parse(report_text(options, record));
  CHECK(report.at("scales")[0].at("losses").at("total")[0].is_null());
}

}  // namespace styler::app
