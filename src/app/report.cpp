#include "app/report.hpp"

#include <sys/resource.h>

#include <nlohmann/json.hpp>

#include "app/version.hpp"
#include "styler/image_io.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

json options_json(const TransferOptions& options) {
  const StylizeOptions& stylize = options.stylize;
  return {{"content", options.content.string()},
          {"style", options.style.string()},
          {"output", options.output.string()},
          {"size", stylize.schedule.size == 0 ? json("original") : json(stylize.schedule.size)},
          {"preset", options.preset},
          {"content-weight", stylize.objective.content_weight},
          {"style-weight", stylize.objective.style_weight},
          {"tv-weight", stylize.objective.tv_weight},
          {"range-weight", stylize.objective.range_weight},
          {"content-layers", layers_text(stylize.objective.content_layers)},
          {"style-layers", layers_text(stylize.objective.style_layers)},
          {"pooling", pooling_name(options.pooling)},
          {"style-scale", stylize.style_scale},
          {"init", init_name(options)},
          {"seed", stylize.seed},
          {"iterations", stylize.schedule.iterations},
          {"scales", stylize.schedule.scales},
          {"optimizer", stylize.optimizer.method},
          {"history-size", stylize.optimizer.history_size},
          {"learning-rate", stylize.optimizer.learning_rate},
          {"tolerance-change", stylize.optimizer.tolerance_change},
          {"tolerance-gradient", stylize.optimizer.tolerance_gradient},
          {"time-limit", stylize.optimizer.time_limit_seconds},
          {"device", options.device.device},
          {"precision", options.device.precision},
          {"threads", options.device.threads},
          {"weights", options.weights.string()},
          {"report", options.report.string()},
          {"save-every", options.save_every},
          {"quiet", options.messages.quiet},
          {"verbose", options.messages.verbosity},
          {"log-file", options.messages.log_file.string()}};
}

json size_json(Size size) { return {{"width", size.width}, {"height", size.height}}; }

json file_json(const std::filesystem::path& file, Size size) {
  json result = size_json(size);
  result["file"] = file.string();
  return result;
}

json loss_json(const LossBreakdown& loss) {
  return {
      {"total", loss.total}, {"content", loss.content}, {"style", loss.style}, {"tv", loss.tv}, {"range", loss.range}};
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
  result["style"] = size_json(record.event.style_size);
  result["iterations_planned"] = record.event.scale.iterations;
  result["losses"] = losses_json(record.losses);
  if (const auto& summary = record.summary) {
    result["iterations"] = summary->iterations;
    result["steps_back"] = summary->steps_back;
    result["initial_loss"] = summary->initial_loss;
    result["final_loss"] = summary->final_loss;
    result["last_loss"] = summary->last_loss;
    result["seconds"] = summary->elapsed_seconds;
    result["ended_by"] = termination_name(summary->termination);
  }
  return result;
}

}  // namespace

json report_json(const TransferOptions& options, const RunRecord& record) {
  json scales = json::array();
  for (const ScaleRecord& scale : record.scales) scales.push_back(scale_json(scale));
  const std::string cuda = cuda_version();
  return {
      {"status", record.stopped ? "stopped" : "done"},
      {"exit_code", record.exit_code},
      {"options", options_json(options)},
      {"versions",
       {{"styler", program_version()},
        {"libtorch", libtorch_version()},
        {"cuda", cuda.empty() ? json() : json(cuda)},
        {"opencv", opencv_version()}}},
      {"chosen",
       {{"device", record.device.device_name()},
        {"precision", record.device.precision_name()},
        {"reason", record.device.reason},
        {"threads", record.threads}}},
      {"weights",
       {{"file", record.weights_file.string()},
        {"source", record.weights_origin.source},
        {"licence", record.weights_origin.licence},
        {"origin_sha256", record.weights_origin.sha256}}},
      {"content", file_json(options.content, record.content_size)},
      {"style", file_json(options.style, record.style_size)},
      {"output", file_json(options.output, record.output_size)},
      {"scales", scales},
      {"saved_loss", record.saved_loss ? loss_json(*record.saved_loss) : json()},
      {"seconds", record.seconds},
      {"peak_memory_bytes", record.peak_memory_bytes},
  };
}

std::string report_text(const TransferOptions& options, const RunRecord& record) {
  return report_json(options, record).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

int64_t peak_memory_bytes() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return int64_t{usage.ru_maxrss} * 1024;  // Linux counts in kibibytes
}

}  // namespace styler::app
