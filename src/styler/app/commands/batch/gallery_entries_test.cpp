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

TEST_CASE("a gallery's curve has its points at their iterations, scale after scale", "[gallery_entries]") {
  JobRecord record;
  record.scales = {scale(250), scale(730)};
  const JobOptions options =
      std::get<TransferOptions>(parse({"--content", "p.jpg", "--style", "a.jpg", "-o", "out/a.png"})).job;
  const auto entries = gallery_entries({outcome(parameters_text(options, {}, record))});
  REQUIRE(entries.size() == 1);
  const std::vector<CurvePoint>& curve = entries[0].curve;
  CHECK(curve.size() > 100);
  CHECK(curve.front().iteration == 1);
  CHECK(curve.back().iteration == 980);
  CHECK((entries[0].scale_starts == std::vector<int64_t>{250}));
  for (const auto& [iteration, loss] : curve) {
    const int64_t of_scale = iteration > 250 ? iteration - 250 : iteration;
    CHECK(loss == support::Approx(1000 - 0.1 * static_cast<double>(of_scale)));
  }
  CHECK(entries[0].command == "styler --content p.jpg --style a.jpg -o out/a.png");
}

TEST_CASE("what a picture claims of its course costs no more than the text is long", "[gallery_entries]") {
  std::string scales;
  for (int i = 0; i < 100; ++i) {
    scales += std::string(i > 0 ? "," : "") + R"({"iterations": [1, 1000000], "losses": [2, 1]})";
  }
  const auto entries = gallery_entries({outcome(R"({"options": {}, "scales": [)" + scales + "]}")});
  CHECK(entries[0].curve.size() == 200);
  CHECK(entries[0].curve.back().iteration == 100'000'000);
  CHECK(entries[0].scale_starts.size() == 99);
}

TEST_CASE("pictures with strange parameters are shown without them", "[gallery_entries]") {
  for (const char* text : {"", "{}", R"({"options": {}, "scales": 3})",
                           R"({"options": {}, "scales": [{"losses": [1], "iterations": []}]})",
                           R"({"options": {}, "scales": [{"losses": [1, 2], "iterations": [9000000000000, 1]}]})",
                           R"({"options": {}, "scales": [{"losses": ["x"], "iterations": ["y"]}]})"}) {
    const auto entries = gallery_entries({outcome(text)});
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].curve.empty());
    CHECK(entries[0].picture == "out/a.png");
  }
}

TEST_CASE("failed jobs have no place in a gallery", "[gallery_entries]") {
  JobOutcome failed = outcome("");
  failed.status = JobStatus::Failed;
  CHECK(gallery_entries({failed}).empty());
}

}  // namespace styler::app
