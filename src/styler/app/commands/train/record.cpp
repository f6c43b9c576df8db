#include "styler/app/commands/train/record.hpp"

#include <nlohmann/json.hpp>

#include "styler/app/cli/described.hpp"
#include "styler/app/commands/train/observers.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/record/report.hpp"
#include "styler/base/version.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr size_t kMostCoursePoints = 400;

json points_json(const std::vector<TrainingPoint>& points) {
  json result = json::array();
  for (const TrainingPoint& point : points) {
    json object = {{"step", point.position.steps}, {"seconds", point.position.seconds}};
    object.update(loss_json(point.loss));
    result.push_back(std::move(object));
  }
  return result;
}

/// Of one style its paintings, as they are; of several each with its name.
json styles_json(const std::vector<PaintedStyle>& styles) {
  json result = json::array();
  for (const PaintedStyle& style : styles) {
    std::vector<PaintingNote> files;
    files.reserve(style.paintings.size());
    for (const Painting& painting : style.paintings) files.push_back({painting.file.string(), painting.sha256});
    json paintings = paintings_json(files);
    if (styles.size() == 1) return paintings;
    result.push_back({{"name", style.name}, {"paintings", std::move(paintings)}});
  }
  return result;
}

const char* status_of(TrainingEnd end) {
  if (end == TrainingEnd::Stopped) return "stopped";
  return end == TrainingEnd::Done ? "done" : "diverged";
}

}  // namespace

json options_with(const TrainingOptions& options, OptionFacts facts) {
  return values_json(Described(options).table(), facts);
}

json course_options(const TrainingOptions& options, int processes) {
  json course = options_with(options, OptionFacts::DecidesCourse);
  if (processes > 1) course["batch-size"] = options.training.batch_size * processes;
  return course;
}

Control TrainingRecorder::on_step(const TrainingEvent& event) {
  if (!event.step.taken) {
    ++refused_;
    return Control::Continue;
  }
  waiting_.push_back(event.step.loss);
  if (waiting_.size() < each_) return Control::Continue;
  steps_.push_back({event.position, mean_of(waiting_)});
  waiting_.clear();
  if (steps_.size() >= kMostCoursePoints) {  // two become one, and from here on twice as many steps do
    for (size_t i = 0; 2 * i + 1 < steps_.size(); ++i) {
      steps_[i] = {steps_[2 * i + 1].position, mean_of({steps_[2 * i].loss, steps_[2 * i + 1].loss})};
    }
    steps_.resize(steps_.size() / 2);
    each_ *= 2;
  }
  return Control::Continue;
}

void TrainingRecorder::on_held_out(const HeldOutEvent& event) {
  if (!event.losses.empty()) held_out_.push_back({event.position, mean_of(event.losses)});
}

std::string training_report(const TrainingOptions& options, const TrainingRecord& record,
                            const TrainingRecorder& course) {
  json held_out = json::array();
  for (const auto& photo : record.files.held_out) held_out.push_back(photo.string());
  json report = {{"status", status_of(record.summary.end)},
                 {"exit_code", record.exit_code},
                 {"options", options_with(options, OptionFacts::Reported)},
                 {"versions", {{"styler", program_version()}, {"libtorch", libtorch_version()}}},
                 {"chosen",
                  {{"device", record.machine.device.device_name()},
                   {"precision", record.machine.device.precision_name()},
                   {"reason", record.machine.device.reason},
                   {"threads", record.machine.threads}}},
                 {"style", styles_json(record.styles)},
                 {"photos", record.files.photos.size()},
                 {"left_out", record.summary.left_out},
                 {"held_out", std::move(held_out)},
                 {"output", options.output.string()},
                 {"steps", record.summary.position.steps},
                 {"steps_taken_back", course.refused()},
                 {"training_seconds", record.summary.position.seconds},
                 {"losses", points_json(course.steps())},
                 {"held_out_losses", points_json(course.held_out())},
                 {"floor", record.floor ? json{{"photo", record.files.held_out.front().string()},
                                               {"optimiser", loss_json(record.floor->first)},
                                               {"generator", loss_json(record.floor->second)}}
                                        : json()},
                 {"seconds", record.seconds},
                 {"peak_memory_bytes", record.peak_memory_bytes}};
  if (record.processes > 1) report["chosen"]["processes"] = record.processes;
  return json_text(report, 2) + "\n";
}

std::map<std::string, std::string> model_notes(const TrainingOptions& options, const TrainingRecord& record) {
  // What is told of a model that styles are added to is of the training of its weights, which stay.
  std::map<std::string, std::string> notes = record.kept_notes;
  std::vector<StyleNote> styles = record.noted_styles;
  if (!record.added_to.empty()) {
    for (size_t i = styles.size() - record.styles.size(); i < styles.size(); ++i) {
      styles[i].steps = record.summary.position.steps;
      styles[i].photos = static_cast<int64_t>(record.files.photos.size());
    }
  }
  notes["styles"] = styles_note(styles);
  notes["thumbnails"] = thumbnails_note(styles);
  if (!record.added_to.empty()) {
    notes["added_to"] = record.added_to;
    return notes;
  }
  notes["options"] = line_text(course_options(options, record.processes));
  notes["program"] = program_version();
  if (!options.is_texture()) notes["photos"] = std::to_string(record.files.photos.size());
  notes["steps"] = std::to_string(record.summary.position.steps);
  notes["status"] = status_of(record.summary.end);
  return notes;
}

}  // namespace styler::app
