#include "styler/app/job/options_json.hpp"

#include <nlohmann/json.hpp>

#include "styler/app/job/options/style_options.hpp"
#include "styler/base/text.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// As --size takes it.
json size_json(const JobOptions& options) {
  const Size texture = options.texture;
  if (options.is_texture() && texture.height != texture.width) return styler::size_text(texture);
  return options.stylize.schedule.size == 0 ? json("original") : json(options.stylize.schedule.size);
}

}  // namespace

json texts_json(const std::vector<std::string>& texts) {
  if (texts.empty()) return "";
  return texts.size() == 1 ? json(texts.front()) : json(texts);
}

json file_names_json(const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const std::filesystem::path& file : files) names.push_back(file.string());
  return texts_json(names);
}

json picture_options_json(const JobOptions& options) {
  const StylizeOptions& stylize = options.stylize;
  json result = {{"size", size_json(options)},
                 {"tileable", stylize.schedule.tileable},
                 {"preset", kPresets.word(options.preset)},
                 {"content-weight", stylize.objective.content_weight},
                 {"style-weight", stylize.objective.style_weight},
                 {"tv-weight", stylize.objective.tv_weight},
                 {"range-weight", stylize.objective.range_weight},
                 {"strength", stylize.objective.strength},
                 {"content-layers", layers_text(stylize.objective.content_layers)},
                 {"style-layers", layers_text(stylize.objective.style_layers)},
                 {"style-loss", kStyleLosses.word(stylize.objective.style_loss)},
                 {"pooling", kPoolings.word(options.pooling)},
                 {"padding", kPaddings.word(stylize.objective.padding)},
                 {"style-scale",
                  options.style_scales.empty() ? json(stylize.style_scale) : json(decimals_text(options.style_scales))},
                 {"coarse-style", stylize.schedule.coarse_style},
                 {"style-blend", decimals_text(options.style_shares)},
                 {"style-blend-by", kStyleBlends.word(stylize.objective.style_blend)},
                 {"color", kColourModes.word(stylize.color)},
                 {"init", init_name(options)},
                 {"seed", stylize.seed},
                 {"iterations", stylize.schedule.iterations},
                 {"scales", stylize.schedule.scales},
                 {"optimizer", kOptimizerMethods.word(stylize.optimizer.method)},
                 {"history-size", stylize.optimizer.history_size},
                 {"history-precision", kPrecisions.word(stylize.optimizer.history_precision)},
                 {"preconditioner", kPreconditionings.word(stylize.optimizer.preconditioner)},
                 {"learning-rate", stylize.optimizer.learning_rate},
                 {"tolerance-change", stylize.optimizer.tolerance_change},
                 {"tolerance-gradient", stylize.optimizer.tolerance_gradient},
                 {"time-limit", stylize.optimizer.time_limit_seconds},
                 {"precision", kPrecisions.word(options.machine.device.precision)},
                 {"bit-depth", options.write.bit_depth},
                 {"quality", options.write.quality},
                 {"dither", options.write.dither},
                 {"background", colour_text(options.write.background)},
                 {"keep-metadata", options.keep_metadata},
                 {"keep-gps", options.keep_gps},
                 {"allow-truncated", options.read.allow_truncated}};
  if (options.is_texture()) {  // none of which it has, or would take
    for (const char* const name : {"content-weight", "content-layers", "strength", "coarse-style", "color",
                                   "background", "keep-metadata", "keep-gps"}) {
      result.erase(name);
    }
  }
  return result;
}

json options_json(const JobOptions& options) {
  json result = {{"content", options.content.string()},
                 {"style", file_names_json(options.styles)},
                 {"fine-style", options.fine_style.string()},
                 {"content-regions", options.content_regions.string()},
                 {"style-regions", file_names_json(options.style_regions)},
                 {"output", options.output.string()}};
  result.update(picture_options_json(options));
  result.update(json{{"max-pixels", options.read.max_pixels},
                     {"no-metadata", options.no_metadata},
                     {"device", options.machine.device.device},
                     {"threads", options.machine.device.threads},
                     {"weights", options.machine.weights.string()},
                     {"memory-limit", options.stylize.memory.limit_bytes},
                     {"tile", tile_text(options.stylize.memory.tile)},
                     {"report", options.report.string()},
                     {"save-every", options.save_every},
                     {"preview", options.preview.string()},
                     {"checkpoint", options.checkpoint.string()},
                     {"checkpoint-every", checkpoint_interval_text(options.checkpoint_every)},
                     {"resume", options.resume.string()},
                     {"quiet", options.messages.quiet},
                     {"verbose", options.messages.verbosity},
                     {"log-file", options.messages.log_file.string()}});
  return result;
}

json course_options_json(const JobOptions& options) {
  json result = picture_options_json(options);
  // How the picture is written says nothing of how it comes to be; and a run's time is its own.
  for (const char* const name :
       {"time-limit", "bit-depth", "quality", "dither", "background", "keep-metadata", "keep-gps", "allow-truncated"}) {
    result.erase(name);
  }
  result["tile"] = tile_text(options.stylize.memory.tile);  // which decides the last bits
  result.erase("precision");                                // what was chosen counts, not whether it was asked for
  if (options.init == Init::Picture) result["init"] = "picture";  // its bytes count, not its name
  return result;
}

std::string option_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return decimal_text(value.get<double>());
  return value.dump();
}

std::string line_text(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace styler::app
