#include "styler/app/commands/video/record.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "styler/app/cli/described.hpp"
#include "styler/app/host/memory.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/record/report.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/version.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/video/film/film.hpp"
#include "styler/video/frames/picture_frames.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// Grows when the same options and inputs make another film than before.
constexpr int kFilmVersion = 1;

using FrameFigure = std::function<std::optional<double>(const FrameRecord&)>;

/// Over the frames that have it.
json mean_of(const std::vector<FrameRecord>& frames, const FrameFigure& figure) {
  double sum = 0, count = 0;
  for (const FrameRecord& frame : frames) {
    if (const auto value = figure(frame)) {
      sum += *value;
      ++count;
    }
  }
  return count > 0 ? json(sum / count) : json();
}

std::optional<double> warping_error(const FrameRecord& frame) {
  return frame.pair ? std::optional(frame.pair->warping_error) : std::nullopt;
}

/// How far the mean colour is from that of the first frame of the shot.
double drift_from(const FrameRecord& frame, const FrameRecord& first) {
  double sum = 0;
  for (size_t i = 0; i < frame.mean_colour.size(); ++i) {
    sum += std::pow(frame.mean_colour.at(i) - first.mean_colour.at(i), 2);
  }
  return std::sqrt(sum);
}

json film_figures_json(const std::vector<FrameRecord>& frames) {
  const auto floor = [](const FrameRecord& frame) {
    return frame.pair ? std::optional(frame.pair->floor) : std::nullopt;
  };
  const FrameRecord* worst = nullptr;
  for (const FrameRecord& frame : frames) {
    if (!frame.pair) continue;
    if (worst == nullptr || !worst->pair || frame.pair->warping_error > worst->pair->warping_error) worst = &frame;
  }
  double least_sharp = 1, most_drift = 0;
  const FrameRecord* first = nullptr;
  for (const FrameRecord& frame : frames) {
    if (frame.begins_shot) first = &frame;
    if (first == nullptr || !(first->sharpness > 0)) continue;
    least_sharp = std::min(least_sharp, frame.sharpness / first->sharpness);
    most_drift = std::max(most_drift, drift_from(frame, *first));
  }
  return {{"warping_error", mean_of(frames, warping_error)},
          {"warping_error_of_film", mean_of(frames, floor)},
          {"worst_pair", worst != nullptr ? json(worst->index) : json()},
          {"least_sharpness", least_sharp},
          {"most_colour_drift", most_drift}};
}

json loss_with_temporal(const LossBreakdown& loss) {
  json result = loss_json(loss);
  result["temporal"] = loss.temporal;
  return result;
}

}  // namespace

json record_json(const FrameRecord& record) {
  json result = {{"frame", record.index},     {"time", record.film_seconds},     {"begins_shot", record.begins_shot},
                 {"repeats", record.repeats}, {"iterations", record.iterations}, {"coverage", record.coverage},
                 {"seconds", record.seconds}};
  if (record.loss) result["loss"] = loss_with_temporal(*record.loss);
  if (record.pair) {
    result["warping_error"] = record.pair->warping_error;
    result["warping_error_of_film"] = record.pair->floor;
    result["judged_part"] = record.pair->coverage;
  }
  if (record.sharpness > 0) {
    result["sharpness"] = record.sharpness;
    result["mean_colour"] = record.mean_colour;
  }
  return result;
}

FrameRecord record_of(const json& object) {
  FrameRecord record;
  record.index = object.at("frame").get<int64_t>();
  record.film_seconds = object.at("time").get<double>();
  record.begins_shot = object.at("begins_shot").get<bool>();
  record.repeats = object.at("repeats").get<bool>();
  record.iterations = object.at("iterations").get<int64_t>();
  record.coverage = object.at("coverage").get<double>();
  record.seconds = object.at("seconds").get<double>();
  if (object.contains("loss")) {
    const json& loss = object.at("loss");
    record.loss = LossBreakdown{loss.at("content").get<double>(), loss.at("style").get<double>(),
                                loss.at("tv").get<double>(),      loss.at("range").get<double>(),
                                loss.at("total").get<double>(),   loss.at("temporal").get<double>()};
  }
  if (object.contains("warping_error")) {
    record.pair = PairFigures{object.at("warping_error").get<double>(),
                              object.at("warping_error_of_film").get<double>(), object.at("judged_part").get<double>()};
  }
  if (object.contains("sharpness")) {
    record.sharpness = object.at("sharpness").get<double>();
    record.mean_colour = object.at("mean_colour").get<std::array<double, 3>>();
  }
  return record;
}

std::string film_sha256(const fs::path& content) {
  if (!is_picture_frames(content)) return file_sha256(content);
  std::vector<fs::path> files = files_of_frames(content);
  std::ranges::sort(files);
  std::string hashes;
  for (const fs::path& file : files) hashes += file.filename().string() + " " + file_sha256(file) + "\n";
  return sha256_of(hashes);
}

json film_identity(const VideoOptions& options, const FilmHashes& hashes, const MachineChoice& machine) {
  json inputs = {{"content", hashes.content}, {"style", hashes.styles}, {"model", hashes.model}};
  inputs["weights"] = machine.weights_contents.tensors_sha256;
  return {{"film", kFilmVersion},
          {"inputs", std::move(inputs)},
          {"options", identities_json(Described(options).table(), OptionFacts::DecidesPicture)},
          {"chosen",
           {{"precision", machine.device.precision_name()},
            {"device", machine.device.device_name()},
            {"threads", machine.threads},
            {"kernels", vgg19_kernels(machine.device)},
            {"ffmpeg", ffmpeg_version()}}}};
}

std::string film_report(const VideoOptions& options, const MachineChoice& machine, const FilmRecord& record) {
  json frames = json::array();
  for (const FrameRecord& frame : record.frames) frames.push_back(record_json(frame));
  const json result = {
      {"status", record.stopped ? "stopped" : "done"},
      {"options", values_json(Described(options).table(),
                              OptionFacts::NamesPicture | OptionFacts::DecidesPicture | OptionFacts::Reported)},
      {"versions", {{"styler", program_version()}, {"ffmpeg", ffmpeg_version()}}},
      {"chosen",
       {{"device", machine.device.device_name()},
        {"precision", machine.device.precision_name()},
        {"threads", machine.threads}}},
      {"film",
       {{"width", record.film.size.width},
        {"height", record.film.size.height},
        {"frames", record.survey.frames},
        {"repeats", record.survey.repeats},
        {"codec", record.film.codec},
        {"colours", record.film.colours}}},
      {"shots", record.survey.shots},
      {"figures", film_figures_json(record.frames)},
      {"seconds", record.seconds},
      {"peak_memory_bytes", peak_memory_bytes()},
      {"frames", std::move(frames)},
  };
  return json_text(result, 2) + "\n";
}

}  // namespace styler::app
