#include "styler/app/commands/batch/record.hpp"

#include <nlohmann/json.hpp>

#include "styler/app/job/record/options_json.hpp"
#include "styler/core/storage/bounded_json.hpp"

namespace styler::app {

using json = nlohmann::ordered_json;

std::string report_line(const JobOutcome& outcome) {
  json line = {{"status", status_name(outcome.status)},
               {"name", outcome.job.name},
               {"content", outcome.job.content.string()},
               {"style", outcome.job.style.string()},
               {"output", outcome.job.output.string()}};
  if (outcome.status == JobStatus::Failed) line["reason"] = outcome.reason;
  if (!outcome.warnings.empty()) line["warnings"] = outcome.warnings;
  if (outcome.status == JobStatus::Done) line["seconds"] = outcome.seconds;
  const json parameters = bounded_json(outcome.parameters);
  if (parameters.is_object()) {
    for (const char* key : {"width", "height", "saved_loss", "fingerprint", "chosen"}) {
      if (parameters.contains(key)) line[key] = parameters[key];
    }
  }
  return line_text(line);
}

}  // namespace styler::app
