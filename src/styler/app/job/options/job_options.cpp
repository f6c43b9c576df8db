#include "styler/app/job/options/job_options.hpp"

#include <cctype>
#include <cmath>

#include "styler/app/job/options/region_options.hpp"
#include "styler/app/job/options/style_options.hpp"
#include "styler/app/job/options/texture_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/lower_case.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {

bool names_model(const std::filesystem::path& file) { return lower_case_extension(file) == ".styler"; }

std::optional<CheckpointInterval> parse_checkpoint_interval(std::string_view text) {
  if (const auto iterations = parse_whole(text)) {
    return *iterations >= 1 ? std::optional(CheckpointInterval{*iterations, 0}) : std::nullopt;
  }
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text.back()))) return std::nullopt;
  const auto seconds = parse_seconds(text);
  return seconds && *seconds > 0 ? std::optional(CheckpointInterval{0, *seconds}) : std::nullopt;
}

std::string checkpoint_interval_text(const CheckpointInterval& interval) {
  if (interval.iterations > 0) return std::to_string(interval.iterations);
  const double minutes = interval.seconds / 60;
  return minutes == std::floor(minutes) ? decimal_text(minutes) + "m" : decimal_text(interval.seconds) + "s";
}

std::string layers_text(const std::vector<WeightedLayer>& layers) {
  std::string text;
  for (const WeightedLayer& layer : layers) text.append(text.empty() ? "" : ",").append(layer.text());
  return text;
}

void JobOptions::take(Preset which) {
  preset = which;
  stylize.objective = ObjectiveOptions::preset(which);
  // Johnson's tool and the paper have one objective from the first iteration to the last.
  stylize.schedule.coarse_style = which == Preset::Styler ? ScheduleOptions().coarse_style : 1;
}

void JobOptions::settle(const OptionTable& table) { settle_texture(table, *this); }

void JobOptions::validate() const {
  if (styles.empty()) reject("--style is missing: name the painting with --style FILE");
  if (output.empty() && !dry_run) reject("--output is missing: name the picture to write with --output FILE");
  validate_styles(*this);
  validate_regions(*this);
  validate_shape(*this);
  validate_settings();
}

void JobOptions::validate_settings() const {
  messages.validate();
  metadata.validate();
  if (!is_texture() && stylize.objective.content_layers.empty()) {
    reject("content-layers is empty but must name at least one layer; use --content-weight 0 to leave content out");
  }
  read.validate();
  write.validate();
  stylize.validate();
  machine.device.validate();
}

}  // namespace styler::app
