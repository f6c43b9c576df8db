#include "styler/app/commands/batch/gallery_entries.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr size_t kMostPoints = 10'000;  ///< Of a curve; a hundred of each scale are stored.

/// Adds the course of one scale, of which only some points are stored. What no run of ours has left adds nothing.
void add_scale(GalleryEntry& entry, const json& scale) {
  if (!scale.is_object()) return;
  const json iterations = scale.value("iterations", json());
  const json losses = scale.value("losses", json());
  if (!iterations.is_array() || !losses.is_array() || iterations.size() != losses.size() || losses.empty()) return;
  if (losses.size() > kMostPoints - entry.curve.size()) return;
  const int64_t before = entry.curve.empty() ? 0 : entry.curve.back().iteration;
  std::vector<CurvePoint> points;
  for (size_t i = 0; i < losses.size(); ++i) {
    if (!iterations[i].is_number_integer() || !losses[i].is_number()) return;
    const auto iteration = iterations[i].get<int64_t>();
    if (iteration <= (points.empty() ? 0 : points.back().iteration - before) || iteration > kMostIterations) return;
    points.push_back({before + iteration, losses[i].get<double>()});
  }
  if (before > 0) entry.scale_starts.push_back(before);
  entry.curve.insert(entry.curve.end(), points.begin(), points.end());
}

/// Takes what is there: the text may be of another version of this program.
void add_parameters(GalleryEntry& entry, const json& parameters) {
  const DescribedJob described{JobOptions()};
  for (const auto& [key, value] : parameters.at("options").items()) {
    const Option* const option = described.table().find(key);
    const bool shown_as_picture = option != nullptr && option->has(OptionFacts::NamesPicture);
    if (!shown_as_picture) entry.parameters.emplace_back("--" + key, option_text(value));
  }
  entry.command = command_text(parameters, entry.picture);
  const json scales = parameters.value("scales", json::array());
  for (const json& scale : scales) add_scale(entry, scale);
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
      entry.parameters.clear();
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace styler::app
