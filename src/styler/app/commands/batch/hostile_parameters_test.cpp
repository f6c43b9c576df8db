#include <nlohmann/json.hpp>
#include <string>

#include "styler/app/commands/batch/gallery_entries.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/json_mutator.hpp"

// What pictures tell of themselves, changed: anybody can write it.

namespace styler::app {

TEST_CASE("parameters with changed values are shown or refused, and a gallery takes what is there",
          "[hostile_parameters]") {
  JobOptions options;
  options.content = "p.jpg";
  options.styles = {"a.jpg"};
  options.output = "out.png";
  JobRecord record;
  ScaleRecord scale;
  scale.event.scale = {{48, 64}, 5};
  for (int i = 0; i < 5; ++i) scale.losses.push_back({0, 0, 0, 0, 1.0 / (i + 3)});
  record.scales = {scale, scale};
  const auto whole = nlohmann::ordered_json::parse(parameters_text(options, {"c0", {{"57"}}, "", "e1"}, record));
  support::Dice dice(/*seed=*/41);
  support::JsonMutator mutator(dice);
  const int count = support::mutation_count(1000);
  for (int i = 0; i < count; ++i) {
    INFO("mutation " << i);
    const std::string text = mutator.mutated(whole).dump();
    is_same_picture(text, "f", "n");
    try {
      const std::string command = command_text(read_parameters(text, "x.png"), "x.png");
      CHECK(command.starts_with("styler"));
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Input);
    }
    JobOutcome outcome;
    outcome.status = JobStatus::Done;
    outcome.job.output = "x.png";
    outcome.parameters = text;
    CHECK(gallery_entries({outcome}).size() == 1);
    CHECK_FALSE(report_line(outcome).empty());
  }
}

}  // namespace styler::app
