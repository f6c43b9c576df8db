#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "styler/app/cli/described.hpp"
#include "styler/app/commands/train/checkpoint.hpp"
#include "styler/app/commands/train/material.hpp"
#include "styler/app/commands/train/observers.hpp"
#include "styler/app/commands/train/options.hpp"
#include "styler/app/commands/train/processes.hpp"
#include "styler/app/commands/train/record.hpp"
#include "styler/app/commands/train/start.hpp"
#include "styler/app/host/memory.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/observers/observers.hpp"
#include "styler/app/session/session.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/rescue.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/generator/model_file.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// Steps that --dry-run makes, of which the first, in which memory is asked for, is not timed.
constexpr int kTimedSteps = 5;

/// Who forgets --content loses no model that paints photos.
void check_replaced_model(const TrainingOptions& options) {
  std::error_code unknown;
  if (!options.is_texture() || !fs::is_regular_file(options.output, unknown)) return;
  try {
    if (read_model(options.output).is_of_textures) return;
  } catch (const Error&) {  // something else, which is replaced as any output is
    return;
  }
  reject(
      "--output is " + quoted(options.output) +
      ", a model that paints photos, which one of textures would replace, since there is no --content; name a folder "
      "of photos with --content (scripts/get_photos.sh brings thirty free ones), or another --output");
}

/// Checks the files that will be written, before anything is read or logged.
void check_training_files(const TrainingOptions& options) {
  const Described described(options);
  const std::string checkpoint = described.name(&TrainingOptions::checkpoint);
  std::vector<NamedFile> written = files_with(described.table(), OptionFacts::WritesFile);
  check_distinct(written, files_with(described.table(), OptionFacts::ReadsFile));
  std::erase_if(written, [&](const NamedFile& file) { return file.name == checkpoint; });  // which may be resumed from
  check_distinct(written, {{described.name(&TrainingOptions::resume), options.resume}});
  const WritableCheck side{.replaces_protected = options.force};
  WritableCheck result = side;
  result.needs_room = true;
  if (!options.messages.log_file.empty()) check_writable(options.messages.log_file, side);
  if (options.dry_run) return;
  check_writable(options.output, result);
  check_replaced_model(options);
  if (!options.report.empty()) check_writable(options.report, result);
  if (!options.checkpoint.empty()) check_writable(options.checkpoint, side);
  WriteOptions preview;
  preview.replaces_protected = options.force;
  if (!options.preview.empty()) check_picture_writable(options.preview, preview, /*needs_room=*/false);
}

/// All that a training needs, in memory.
class Workshop {
 public:
  Workshop(const TrainingOptions& options, spdlog::logger& log)
      : options_(options), warn_([&log](const std::string& sentence) { log.warn("{}", sentence); }) {
    record_.files = training_files(options, warn_);
    record_.styles = read_styles(record_.files, options, warn_);
    const TrainingStart start = training_start(options, record_.styles);
    record_.noted_styles = noted_styles(start, record_.styles);
    record_.kept_notes = start.notes;
    record_.added_to = start.model_sha256;
    machine_ =
        set_up_machine(options.machine,
                       {{options.training.objective.layers(), Pooling::Max, options.training.objective.padding}}, log);
    record_.machine = machine_.choice;
    material_ = training_material(record_.files, record_.styles, options, warn_);
    check_held_out();
    TrainOptions training = options.training;
    training.diversity_goal = variety_of_paintings(record_.styles, training.crop_edge);
    trainer_.emplace(
        machine_.network(), training,
        style_parts(record_.styles, machine_.network(), options.training.objective, machine_.choice.device.device),
        &start.styles);
    if (!options.is_texture()) {
      log.info("{} photos to learn from, {} held out, {} paintings", record_.files.photos.size(),
               material_.held_out.size(), painting_count(record_.styles));
    }
    if (!start.kept.empty()) {
      log.info("the model's own styles stay as they are: {}", style_names(start.kept));
    }
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  Trainer& trainer() {
    STYLER_ASSERT(trainer_.has_value());
    return *trainer_;
  }
  const TrainingMaterial& material() const { return material_; }
  const Machine& machine() const { return machine_; }
  TrainingRecord& record() { return record_; }
  const WarningSink& warn() const { return warn_; }

 private:
  void check_held_out() const {
    const int64_t least = machine_.network().min_edge();
    if (options_.training.crop_edge < least) {
      reject("--crop is " + std::to_string(options_.training.crop_edge) + " but must be at least " +
             std::to_string(least) + " for the layers in use; give a larger one");
    }
    for (const at::Tensor& photo : material_.held_out) {
      if (std::min(photo.size(2), photo.size(3)) >= least) continue;
      throw Error(ErrorCode::Input, "a photo that is held out to judge by is smaller than " + std::to_string(least) +
                                        " px one way; name others with --held-out");
    }
  }

  const TrainingOptions& options_;
  WarningSink warn_;
  Machine machine_;
  TrainingRecord record_;
  TrainingMaterial material_;
  std::optional<Trainer> trainer_;
};

/// How near the generator came to what can be reached: the optimiser's own loss of a photo that was held out. Nothing
/// where the user had it ended.
std::optional<std::pair<LossBreakdown, LossBreakdown>> floor_of(Workshop& workshop, const TrainingOptions& options) {
  const at::Tensor& photo = workshop.material().held_out.front();
  StylizeInput input;
  input.content = {photo, {}};
  for (const Painting& painting : workshop.record().styles.front().paintings) {
    StyleSource& source = input.styles.emplace_back();
    source.picture = painting.picture;
    source.name = painting.file.string();
  }
  StylizeOptions stylize_options;
  stylize_options.objective = options.training.objective;
  // The photo as large as the generator sees it, and the painting as it was learnt from.
  stylize_options.schedule.size = std::max(photo.size(2), photo.size(3));
  stylize_options.style_scale =
      static_cast<double>(options.training.painting_edge) / static_cast<double>(stylize_options.schedule.size);
  StopObserver observer;
  const StylizeResult result =
      stylize(workshop.machine().network(), workshop.machine().choice.device, input, stylize_options, observer);
  if (result.stopped) return std::nullopt;
  return std::pair(workshop.trainer().loss_of(photo, result.picture.colour),
                   workshop.record().summary.held_out.front());
}

void dry_run_of(Workshop& workshop, const TrainingOptions& options) {
  const TrainingMaterial& material = workshop.material();
  TrainingLimit limit{.steps = kTimedSteps};
  class Timing : public TrainingObserver {
   public:
    Control on_step(const TrainingEvent& event) override {
      if (event.position.steps == 1) first = event.position.seconds;
      last = event.position.seconds;
      return Control::Continue;
    }
    double first = 0, last = 0;
  } timing;
  train(workshop.trainer(), material, limit, timing);
  if (workshop.trainer().process() > 0) return;
  const double each = (timing.last - timing.first) / (kTimedSteps - 1);
  print_line("on " + machine_text(workshop.machine().choice));
  const std::string photos = std::to_string(workshop.record().files.photos.size()) + " to learn from, " +
                             std::to_string(material.held_out.size()) + " to judge by";
  print_line((options.is_texture() ? "textures, of noise" : "photos: " + photos) +
             "; paintings: " + std::to_string(painting_count(workshop.record().styles)));
  print_line("memory: " + std::to_string(peak_memory_bytes() / 1000000) + " MB");
  const double steps_in_time = options.seconds > 0 ? options.seconds / each : 0;
  if (options.steps > 0 && (options.seconds == 0 || static_cast<double>(options.steps) < steps_in_time)) {
    print_line("time: about " + duration_text(each * static_cast<double>(options.steps)) + " for " +
               std::to_string(options.steps) + " steps of " + number_text(each) + " s");
  } else {
    print_line("time: " + duration_text(options.seconds) + ", about " +
               std::to_string(static_cast<int64_t>(steps_in_time)) + " steps of " + number_text(each) + " s");
  }
}

void tell_end_of_training(const TrainingOptions& options, const TrainingRecord& record, Console& console) {
  if (options.messages.quiet) return;
  console.clear_status();
  const TrainingSummary& summary = record.summary;
  console.line((summary.end == TrainingEnd::Done ? "done: " : "stopped: ") + std::to_string(summary.position.steps) +
               " steps in " + duration_text(summary.position.seconds) + ", loss " +
               number_text(mean_of(summary.held_out).total) +
               (options.is_texture() ? " of a texture" : " of photos held out"));
  if (record.floor) {
    const auto& [optimiser, generator] = *record.floor;
    console.line("of the first of them " + number_text(generator.total) + ", where the optimiser comes to " +
                 number_text(optimiser.total));
  }
  print_line(options.output.string());
}

void prepare_files(const TrainingOptions& options) {
  check_training_files(options);
  if (!options.dry_run) remove_abandoned_files(options.output.parent_path());
}

int training(const TrainingOptions& options, const ProcessPlace& place, double start, Console& console,
             spdlog::logger& log) {
  use_threads(options.machine.device.threads, &log);
  // First of all, so that one which ends before it begins to learn is noticed.
  const std::unique_ptr<Collective> others = meet_others(place, options);
  if (place.count > 1) {
    if (!others) return kInterrupted;
    if (place.rank == 0) prepare_files(options);  // only now, so that the others hear of what is wrong with them
  }
  Workshop workshop(options, log);
  TrainingRecord& record = workshop.record();
  record.processes = place.count;
  const auto identity = training_identity(options, record);
  TrainingPosition from;
  if (!options.resume.empty()) {
    const TrainingCheckpoint checkpoint = read_training_checkpoint(options.resume, identity, workshop.warn());
    restore(workshop.trainer(), checkpoint, options.resume);
    from = checkpoint.position;
  }
  if (others) {
    check_same_training(*others, options, identity, from);
    workshop.trainer().join(*others);
    log.info("one of {} processes, which learn from {} photos in a step", place.count,
             place.count * options.training.batch_size);
  }
  if (options.dry_run) {
    dry_run_of(workshop, options);
    return 0;
  }

  TrainingObservers observers;
  TrainingLog logging(log);
  TrainingProgress progress(console, seconds_now);
  TrainingRecorder recorder;
  TrainingPreview preview(options.preview, options.force, logging);
  TrainingKeeper keeper(options.checkpoint, options.checkpoint_every, identity, logging);
  std::optional<TrainingEvents> events;
  const bool is_first = place.rank == 0;
  if (is_first) observers.add(logging);
  observers.add(recorder);
  if (is_first && !options.messages.quiet) observers.add(progress);
  if (!options.preview.empty()) observers.add(preview);
  if (!options.checkpoint.empty()) observers.add(keeper);
  if (!options.log_folder.empty()) observers.add(events.emplace(options.log_folder, logging));

  record.summary = train(workshop.trainer(), workshop.material(), {options.steps, options.seconds}, observers, from);
  for (const std::string& left_out : record.summary.left_out) {
    log.warn("a photo was left out: {}", left_out);
  }
  if (record.summary.end == TrainingEnd::Stopped) record.exit_code = kInterrupted;
  if (record.summary.end == TrainingEnd::Diverged) record.exit_code = kUserError;
  if (!is_first) {
    // Who starts them may end all when one has ended, and the first one still writes.
    wait_for_all(*others);
    return record.exit_code;
  }
  if (record.summary.end == TrainingEnd::Diverged) {
    log.warn(
        "the training's numbers are not finite any more; what was learnt until then is kept; use a smaller "
        "--learning-rate");
  }
  const Model model{workshop.trainer().averaged(), model_notes(options, record), options.is_texture()};
  write_or_rescue(options.output, [&model](const fs::path& file) { write_model(file, model); }, "the model");
  const bool is_done = record.summary.end == TrainingEnd::Done;
  if (others && is_done) wait_for_all(*others);  // what follows takes long, and they end well meanwhile
  if (!options.report.empty() && is_done && !options.is_texture()) {
    record.floor = floor_of(workshop, options);
  }
  record.seconds = seconds_now() - start;
  record.peak_memory_bytes = peak_memory_bytes();
  if (!options.report.empty()) {
    write_file_or_rescue(options.report, training_report(options, record, recorder), "the report");
  }
  tell_end_of_training(options, record, console);
  if (others && !is_done) wait_for_all(*others);
  return record.exit_code;
}

}  // namespace

int run(const TrainingOptions& options) {
  const double start = seconds_now();
  const ProcessPlace place = training_place();
  const TrainingOptions own = options_of_process(place, options);
  if (place.count == 1) prepare_files(own);
  return logged_run(own.messages, own.dry_run || place.rank > 0 ? Stopping::Silently : Stopping::SavesPicture,
                    [&](Console& console, spdlog::logger& log) { return training(own, place, start, console, log); });
}

}  // namespace styler::app
