#include "styler/app/films/frame_record.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "styler/app/job/record/report.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* kWarpingError = "warping_error";
constexpr const char* kJudgedPart = "judged_part";
constexpr const char* kLongTermError = "long_term_error";
constexpr const char* kLongTermPart = "long_term_part";

json loss_with_temporal(const LossBreakdown& loss) {
  json result = loss_json(loss);
  result["temporal"] = loss.temporal;
  return result;
}

void add_pair(json& object, const std::string& error, const std::string& part, const PairFigures& pair) {
  object[error] = pair.warping_error;
  object[error + "_of_film"] = pair.floor;
  object[part] = pair.coverage;
}

std::optional<PairFigures> pair_of(const json& object, const std::string& error, const std::string& part) {
  if (!object.contains(error)) return std::nullopt;
  return PairFigures{object.at(error).get<double>(), object.at(error + "_of_film").get<double>(),
                     object.at(part).get<double>()};
}

}  // namespace

json record_json(const FrameRecord& record) {
  json result = {{"frame", record.index},     {"time", record.film_seconds},     {"begins_shot", record.begins_shot},
                 {"repeats", record.repeats}, {"iterations", record.iterations}, {"coverage", record.coverage},
                 {"seconds", record.seconds}};
  if (record.loss) result["loss"] = loss_with_temporal(*record.loss);
  if (record.is_key) result["keyframe"] = true;
  if (record.pair) add_pair(result, kWarpingError, kJudgedPart, *record.pair);
  if (record.long_term) add_pair(result, kLongTermError, kLongTermPart, *record.long_term);
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
  record.is_key = object.value("keyframe", false);
  record.pair = pair_of(object, kWarpingError, kJudgedPart);
  record.long_term = pair_of(object, kLongTermError, kLongTermPart);
  if (object.contains("sharpness")) {
    record.sharpness = object.at("sharpness").get<double>();
    record.mean_colour = object.at("mean_colour").get<std::array<double, 3>>();
  }
  return record;
}

}  // namespace styler::app
