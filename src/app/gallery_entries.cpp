#include "app/gallery_entries.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "app/parameters.hpp"
#include "app/values.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();  ///< The page leaves such a point out.

std::string value_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return decimal_text(value.get<double>());
  return value.dump();
}

/// Takes what is there: the text may be of another version of this program.
void add_parameters(GalleryEntry& entry, const json& parameters) {
  for (const auto& [name, value] : parameters.at("options").items()) {
    if (name != "content" && name != "style" && name != "output")
      entry.parameters.emplace_back("--" + name, value_text(value));
  }
  entry.command = command_text(parameters, entry.picture);
  const json scales = parameters.value("scales", json::array());
  for (const json& scale : scales) {
    if (!scale.is_object() || !scale.value("losses", json()).is_array()) continue;
    if (!entry.losses.empty()) entry.scale_starts.push_back(entry.losses.size());
    for (const json& loss : scale["losses"]) entry.losses.push_back(loss.is_number() ? loss.get<double>() : kUnknown);
  }
}

}  // namespace

std::vector<GalleryEntry> gallery_entries(const std::vector<JobOutcome>& outcomes) {
  std::vector<GalleryEntry> entries;
  for (const JobOutcome& outcome : outcomes) {
    if (outcome.status == JobStatus::Failed) continue;
    const BatchJob& job = outcome.job;
    GalleryEntry entry{job.content_name, job.style_name, job.content, job.output, {}, {}, {}, {}};
    try {
      add_parameters(entry, read_parameters(outcome.parameters, job.output));
    } catch (const std::exception&) {  // the picture is worth showing all the same
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace styler::app
