#include "styler/app/commands/evaluate/record.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "styler/app/cli/described.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/version.hpp"
#include "styler/options/network/network_names.hpp"

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

json classes_json(const std::vector<LikelyClass>& classes) {
  json list = json::array();
  for (const LikelyClass& one : classes) list.push_back({{"class", one.number}, {"probability", one.probability}});
  return list;
}

/// Figures of a set as a whole: those that are distances from --against, or those that aren't.
json whole_set_json(const ScoredSet& set, const std::vector<SetFigureInfo>& infos, bool distances, int64_t against) {
  json figures = json::object();
  for (const SetFigure& figure : set.figures) {
    const auto info = std::ranges::find(infos, figure.word, &SetFigureInfo::word);
    if (info == infos.end() || info->is_distance != distances) continue;
    json& entry = figures[figure.word];
    entry = {{"value", figure.value}, {"n", figure.count}};
    if (distances) entry["n_against"] = against > 0 ? json(against) : json();
    if (!figure.stddev) continue;
    entry[distances ? "stddev_over_subsets" : "stddev_over_splits"] = *figure.stddev;
    entry[distances ? "subset_size" : "split_size"] = figure.parts_of;
  }
  return figures;
}

json set_json(const ScoredSet& set, const std::vector<FigureInfo>& figures, const std::vector<SetFigureInfo>& infos,
              int64_t against) {
  json means = json::object();
  for (const FigureInfo& info : figures) {
    const MeanFigure mean = mean_of(set, info.figure);
    if (mean.count > 0) means[std::string(info.word)] = {{"mean", mean.value}, {"n", mean.count}};
  }
  json pictures = json::array();
  json skipped = json::array();
  for (const ScoredPicture& picture : set.pictures) {
    json& entry = pictures.emplace_back();
    entry = {{"result", picture.file.string()},
             {"photo", picture.photo.empty() ? json() : json(picture.photo.string())},
             {"painting", picture.painting.empty() ? json() : json(picture.painting.string())},
             {"width", picture.size.width},
             {"height", picture.size.height},
             {"figures", figures_json(picture, figures)}};
    if (!picture.classes.empty()) entry["classes"] = classes_json(picture.classes);
  }
  for (const SkippedPicture& picture : set.skipped) {
    skipped.push_back({{"result", picture.file.string()}, {"reason", picture.reason}});
  }
  return {{"results", set.source.string()},
          {"n", set.pictures.size()},
          {"means", means},
          {"distances", whole_set_json(set, infos, /*distances=*/true, against)},
          {"scores", whole_set_json(set, infos, /*distances=*/false, against)},
          {"pictures", pictures},
          {"skipped", skipped}};
}

json network_json(const std::string& name, const WeightsOrigin& origin, const WeightsContents& contents) {
  return {{"name", name},
          {"source", origin.source},
          {"licence", origin.licence},
          {"origin_sha256", origin.sha256},
          {"tensors_sha256", contents.tensors_sha256}};
}

json networks_json(const std::vector<UsedNetwork>& networks) {
  json used = json::array();
  for (const UsedNetwork& network : networks) {
    used.push_back(network_json(std::string(kNetworkNames.word(network.name)), network.origin, network.contents));
  }
  return used;
}

}  // namespace

json report_json(const EvaluateOptions& options, const Scores& scores) {
  const std::vector<FigureInfo> figures = scores.figures();
  json definitions = json::object();
  for (const FigureInfo& info : figures) definitions[std::string(info.word)] = info.definition;
  const std::vector<SetFigureInfo> infos = set_figure_infos(options);
  for (const SetFigureInfo& info : infos) definitions[std::string(info.word)] = info.definition;
  json sets = json::array();
  for (const ScoredSet& set : scores.sets) sets.push_back(set_json(set, figures, infos, scores.against));
  const MachineChoice& machine = scores.machine;
  return {
      {"styler", program_version()},
      {"figures_version", kFiguresVersion},
      {"options", values_json(Described(options).table(), OptionFacts::Reported)},
      {"definitions", definitions},
      {"resizing", kResizing},
      {"network",
       machine.weights_file.empty() ? json() : network_json("vgg19", machine.weights_origin, machine.weights_contents)},
      {"networks", networks_json(scores.networks)},
      {"device", {{"device", machine.device.device_name()}, {"precision", machine.device.precision_name()}}},
      {"libtorch", libtorch_version()},
      {"sets", sets},
      {"warnings", scores.warnings}};
}

}  // namespace styler::app
