#include "styler/app/commands/batch/gallery_entries.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/record/stored_parameters.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr int64_t kMostIterations = 1'000'000;  ///< Of a scale; see schedule.cpp.

/// Adds the course of one scale. Of a long one only some points are stored, each with its iteration; between them the
/// curve is taken to be straight, so that it has a point for every iteration again.
void add_scale(GalleryEntry& entry, const json& scale) {
  if (!scale.is_object()) return;
  const json iterations = scale.value("iterations", json());
  const json losses = scale.value("losses", json());
  if (!iterations.is_array() || !losses.is_array() || iterations.size() != losses.size() || losses.empty()) return;
  if (!entry.losses.empty()) entry.scale_starts.push_back(entry.losses.size());
  int64_t last = 0;
  for (size_t i = 0; i < losses.size(); ++i) {
    if (!iterations[i].is_number_integer() || !losses[i].is_number()) return;
    const auto iteration = iterations[i].get<int64_t>();
    if (iteration <= last || iteration > kMostIterations) return;
    const auto loss = losses[i].get<double>();
    const double from = last > 0 ? entry.losses.back() : loss;
    for (int64_t k = last + 1; k <= iteration; ++k) {
      const double part = static_cast<double>(k - last) / static_cast<double>(iteration - last);
      entry.losses.push_back(from + part * (loss - from));
    }
    last = iteration;
  }
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
