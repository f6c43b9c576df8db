#include "styler/app/job/record/report.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "styler/app/job/record/options_json.hpp"
#include "styler/base/version.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

json size_json(Size size) { return {{"width", size.width}, {"height", size.height}}; }

json file_json(const std::filesystem::path& file, Size size) {
  json result = size_json(size);
  result["file"] = file.string();
  return result;
}

json style_json(const StyleRecord& style) {
  json object = file_json(style.file, style.size);
  if (!style.region.empty()) object["region"] = style.region;
  return object;
}

json regions_json(const std::vector<RegionRecord>& regions) {
  json result = json::array();
  for (const RegionRecord& region : regions) {
    result.push_back({{"colour", region.colour}, {"part", region.part}, {"styles", region.styles}});
  }
  return result;
}

/// One style is told of as such, several as an array.
json styles_json(const std::vector<StyleRecord>& styles) {
  if (styles.empty()) return file_json({}, {});
  if (styles.size() == 1) return style_json(styles.front());
  json result = json::array();
  for (const StyleRecord& style : styles) {
    json object = style_json(style);
    object["share"] = style.share;
    object["scale"] = style.scale;
    result.push_back(std::move(object));
  }
  return result;
}

json style_sizes_json(const std::vector<Size>& sizes) {
  if (sizes.size() == 1) return size_json(sizes.front());
  json result = json::array();
  for (const Size size : sizes) result.push_back(size_json(size));
  return result;
}

json losses_json(const std::vector<LossBreakdown>& losses) {
  json result = {{"total", json::array()},
                 {"content", json::array()},
                 {"style", json::array()},
                 {"tv", json::array()},
                 {"range", json::array()}};
  for (const LossBreakdown& loss : losses) {
    const json terms = loss_json(loss);
    for (auto& [term, values] : result.items()) values.push_back(terms.at(term));
  }
  return result;
}

json scale_json(const ScaleRecord& record) {
  json result = size_json(record.event.scale.size);
  result["style"] = style_sizes_json(record.event.style_sizes);
  result["iterations_planned"] = record.event.scale.iterations;
  result["style_share"] = record.event.scale.style_factor;
  const MemoryPlan& plan = record.event.plan;
  result["plan"] = {{"tiled_blocks", plan.tiling.blocks},
                    {"tile", plan.tiling.blocks > 0 ? json(plan.tiling.edge) : json()},
                    {"history_size", plan.history_size},
                    {"history_precision", kPrecisions.word(plan.history_precision)},
                    {"predicted_bytes", plan.predicted_bytes}};
  result["losses"] = losses_json(record.losses);
  if (const auto& summary = record.summary) {
    result["iterations"] = summary->iterations;
    result["steps_back"] = summary->steps_back;
    result["initial_loss"] = summary->initial_loss;
    result["final_loss"] = summary->final_loss;
    result["last_loss"] = summary->last_loss;
    result["seconds"] = summary->elapsed_seconds;
    result["ended_by"] = kTerminations.word(summary->termination);
  }
  return result;
}

}  // namespace

json loss_json(const LossBreakdown& loss) {
  return {
      {"total", loss.total}, {"content", loss.content}, {"style", loss.style}, {"tv", loss.tv}, {"range", loss.range}};
}

json report_json(const JobOptions& options, const JobRecord& record) {
  json scales = json::array();
  for (const ScaleRecord& scale : record.scales) scales.push_back(scale_json(scale));
  const std::string cuda = cuda_version();
  json result = {
      {"status", record.stopped ? "stopped" : "done"},
      {"exit_code", record.exit_code},
      {"options", options_json(options)},
      {"versions",
       {{"styler", program_version()},
        {"libtorch", libtorch_version()},
        {"cuda", cuda.empty() ? json() : json(cuda)},
        {"opencv", opencv_version()}}},
      {"chosen",
       {{"device", record.machine.device.device_name()},
        {"precision", record.machine.device.precision_name()},
        {"reason", record.machine.device.reason},
        {"threads", record.machine.threads}}},
      {"weights",
       {{"file", record.machine.weights_file.string()},
        {"source", record.machine.weights_origin.source},
        {"licence", record.machine.weights_origin.licence},
        {"origin_sha256", record.machine.weights_origin.sha256}}},
      {"content", options.is_texture() ? json() : file_json(options.content, record.content_size)},
      {"style", styles_json(record.styles)},
      {"output", file_json(options.output, record.output_size)},
      {"scales", scales},
      {"saved_loss", record.saved_loss ? loss_json(*record.saved_loss) : json()},
      {"seconds", record.seconds},
      {"peak_memory_bytes", record.peak_memory_bytes},
  };
  if (!record.regions.empty()) result["regions"] = regions_json(record.regions);
  return result;
}

std::string report_text(const JobOptions& options, const JobRecord& record) {
  return json_text(report_json(options, record), 2) + "\n";
}

}  // namespace styler::app
