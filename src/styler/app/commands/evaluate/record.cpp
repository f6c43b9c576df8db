#include "styler/app/commands/evaluate/record.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "styler/app/cli/described.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/version.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// Grows when the same figure is computed in another way.
constexpr int kFiguresVersion = 1;

constexpr const char* kResizing =
    "sRGB values in [0, 1]; shrunk to the long edge of --size with a bicubic kernel that widens (antialiasing, "
    "half-pixel centres), never enlarged; the photo is resized to the result's size, and the painting to its long edge";

json figures_json(const ScoredPicture& picture, const std::vector<FigureInfo>& figures) {
  json values = json::object();
  for (const FigureInfo& info : figures) {
    const double value = picture.figures[static_cast<size_t>(info.figure)];
    if (!std::isnan(value)) values[std::string(info.word)] = value;
  }
  return values;
}

json set_json(const ScoredSet& set, const std::vector<FigureInfo>& figures, int64_t against) {
  json means = json::object();
  for (const FigureInfo& info : figures) {
    const MeanFigure mean = mean_of(set, info.figure);
    if (mean.count > 0) means[std::string(info.word)] = {{"mean", mean.value}, {"n", mean.count}};
  }
  json distances = json::object();
  for (const Distance& distance : set.distances) {
    json& entry = distances[distance.word];
    entry = {{"value", distance.value}, {"n", set.pictures.size()}};
    entry["n_against"] = against > 0 ? json(against) : json();
    if (!distance.over_subsets) continue;
    entry["stddev_over_subsets"] = distance.over_subsets->stddev;
    entry["subset_size"] = distance.over_subsets->subset_size;
  }
  json pictures = json::array();
  json skipped = json::array();
  for (const ScoredPicture& picture : set.pictures) {
    pictures.push_back({{"result", picture.file.string()},
                        {"photo", picture.photo.empty() ? json() : json(picture.photo.string())},
                        {"painting", picture.painting.empty() ? json() : json(picture.painting.string())},
                        {"width", picture.size.width},
                        {"height", picture.size.height},
                        {"figures", figures_json(picture, figures)}});
  }
  for (const SkippedPicture& picture : set.skipped) {
    skipped.push_back({{"result", picture.file.string()}, {"reason", picture.reason}});
  }
  return {{"results", set.source.string()}, {"n", set.pictures.size()}, {"means", means},
          {"distances", distances},         {"pictures", pictures},     {"skipped", skipped}};
}

}  // namespace

json report_json(const EvaluateOptions& options, const Scores& scores) {
  const std::vector<FigureInfo> figures = scores.figures();
  json definitions = json::object();
  for (const FigureInfo& info : figures) definitions[std::string(info.word)] = info.definition;
  if (!options.against.empty()) {
    for (const DistanceInfo& info : distance_infos()) definitions[std::string(info.word)] = info.definition;
  }
  json sets = json::array();
  for (const ScoredSet& set : scores.sets) sets.push_back(set_json(set, figures, scores.against));
  const MachineChoice& machine = scores.machine;
  return {{"styler", program_version()},
          {"figures_version", kFiguresVersion},
          {"options", values_json(Described(options).table(), OptionFacts::Reported)},
          {"definitions", definitions},
          {"resizing", kResizing},
          {"network",
           {{"name", "vgg19"},
            {"source", machine.weights_origin.source},
            {"licence", machine.weights_origin.licence},
            {"origin_sha256", machine.weights_origin.sha256},
            {"tensors_sha256", machine.weights_contents.tensors_sha256}}},
          {"device", {{"device", machine.device.device_name()}, {"precision", machine.device.precision_name()}}},
          {"libtorch", libtorch_version()},
          {"sets", sets},
          {"warnings", scores.warnings}};
}

}  // namespace styler::app
