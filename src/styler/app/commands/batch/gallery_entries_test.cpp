#include "styler/app/commands/batch/gallery_entries.hpp"

#include "styler/app/commands/command_line.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "support/catch.hpp"

namespace styler::app {
namespace {

/// Falls by a tenth with each iteration.
ScaleRecord scale(int64_t iterations) {
  ScaleRecord record;
  record.event.scale = {{48, 64}, iterations};
  for (int64_t i = 1; i <= iterations; ++i) record.losses.push_back({0, 0, 0, 0, 1000 - 0.1 * static_cast<double>(i)});
  return record;
}

JobOutcome outcome(const std::string& parameters) {
  JobOutcome result;
  result.status = JobStatus::Done;
  result.job.output = "out/a.png";
  result.parameters = parameters;
  return result;
}

}  // namespace

TEST_CASE("a gallery's curve has every iteration at its place, though only some are stored", "[gallery_entries]") {
  JobRecord record;
  record.scales = {scale(250), scale(730)};
  const JobOptions options =
      std::get<TransferOptions>(parse({"--content", "p.jpg", "--style", "a.jpg", "-o", "out/a.png"})).job;
  const auto entries = gallery_entries({outcome(parameters_text(options, {}, record))});
  REQUIRE(entries.size() == 1);
  REQUIRE(entries[0].losses.size() == 980);
  CHECK((entries[0].scale_starts == std::vector<size_t>{250}));
  for (const size_t i : {0, 100, 249}) CHECK(entries[0].losses[i] == support::Approx(1000 - 0.1 * (double(i) + 1)));
  for (const size_t i : {0, 500, 729})
    CHECK(entries[0].losses[250 + i] == support::Approx(1000 - 0.1 * (double(i) + 1)));
  CHECK(entries[0].command == "styler --content p.jpg --style a.jpg -o out/a.png");
}

TEST_CASE("pictures with strange parameters are shown without them", "[gallery_entries]") {
  for (const char* text : {"", "{}", R"({"options": {}, "scales": 3})",
                           R"({"options": {}, "scales": [{"losses": [1], "iterations": []}]})",
                           R"({"options": {}, "scales": [{"losses": [1, 2], "iterations": [9000000000000, 1]}]})",
                           R"({"options": {}, "scales": [{"losses": ["x"], "iterations": ["y"]}]})"}) {
    const auto entries = gallery_entries({outcome(text)});
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].losses.empty());
    CHECK(entries[0].picture == "out/a.png");
  }
}

TEST_CASE("failed jobs have no place in a gallery", "[gallery_entries]") {
  JobOutcome failed = outcome("");
  failed.status = JobStatus::Failed;
  CHECK(gallery_entries({failed}).empty());
}

}  // namespace styler::app
