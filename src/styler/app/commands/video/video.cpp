#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "styler/app/cli/described.hpp"
#include "styler/app/commands/video/estimate.hpp"
#include "styler/app/commands/video/flows.hpp"
#include "styler/app/commands/video/generator_painter.hpp"
#include "styler/app/commands/video/optimiser_painter.hpp"
#include "styler/app/commands/video/options.hpp"
#include "styler/app/commands/video/record.hpp"
#include "styler/app/commands/video/unfinished_film.hpp"
#include "styler/app/folders/picture_sources.hpp"
#include "styler/app/folders/pipeline.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/app/host/memory.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/inputs/inputs.hpp"
#include "styler/app/job/inputs/style_files.hpp"
#include "styler/app/job/networks.hpp"
#include "styler/app/job/observers/optional_file.hpp"
#include "styler/app/session/progress_line.hpp"
#include "styler/app/session/session.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/generator/model_file.hpp"
#include "styler/image/image_io.hpp"
#include "styler/options/frame_pattern.hpp"
#include "styler/video/frames/picture_frames.hpp"
#include "styler/video/open_film.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

constexpr double kSecondsBetweenNewest = 2;

/// Tells each sentence once, whichever thread has it: all segments of a film have the same ones.
WarningSink told_once(spdlog::logger& log) {
  struct Told {
    std::mutex mutex;
    std::set<std::string> sentences;
  };
  return [&log, told = std::make_shared<Told>()](const std::string& sentence) {
    const std::scoped_lock lock(told->mutex);
    if (told->sentences.insert(sentence).second) log.warn("{}", sentence);
  };
}

/// One film, from reading to the last byte.
class FilmRun {
 public:
  FilmRun(const VideoOptions& options, Console& console, spdlog::logger& log)
      : options_(options),
        console_(console),
        log_(log),
        warn_(told_once(log)),
        start_(seconds_now()),
        progress_(console, seconds_now),
        preview_(options.preview) {}

  int operator()();

 private:
  void set_up();
  void read_styles();
  int dry_run();
  /// Gives the painter what an earlier run has painted.
  void take_up(const FilmState& state);
  void paint_all();
  std::optional<FrameTask> next_task();
  void keep(PaintedFrame frame);
  void tell_progress(const FrameRecord& newest);
  bool is_over() const;
  int end();

  const VideoOptions& options_;
  Console& console_;
  spdlog::logger& log_;
  WarningSink warn_;
  double start_;
  ProgressLine progress_;
  OptionalFile preview_;
  double next_preview_ = 0;

  FilmSurvey survey_;
  std::unique_ptr<FilmReader> film_;
  FilmInfo info_;
  FilmHashes hashes_;
  StylizeInput pictures_;  ///< With the styles alone.
  std::vector<std::string> style_hashes_;
  Machine machine_;
  std::optional<Generator> generator_;
  std::unique_ptr<OptimiserPainter> optimiser_;
  std::unique_ptr<FramePainter> painter_;
  std::unique_ptr<FilmPainter> frames_;
  std::unique_ptr<FrameFlows> flows_;
  std::unique_ptr<UnfinishedFilm> film_in_work_;
  double painting_began_ = 0;
  int64_t painted_here_ = 0;
};

FlowMethod flow_method(const VideoOptions& options) {
  return options.optimises() ? FlowMethod::InverseSearch : FlowMethod::QuickSearch;
}

void FilmRun::read_styles() {
  JobOptions settings = options_.settings;
  settings.texture = info_.size;  // no photo is read: frames come later
  JobInput input = read_inputs(settings, warn_);
  pictures_ = std::move(input.pictures);
  for (const std::vector<std::string>& style : input.hashes.styles) {
    style_hashes_.insert(style_hashes_.end(), style.begin(), style.end());
  }
  hashes_.styles = style_hashes_;
}

void FilmRun::set_up() {
  const MachineOptions& machine = options_.settings.machine;
  use_threads(machine.device.threads, &log_);
  FilmReadOptions reading = options_.film;
  reading.long_edge = options_.settings.stylize.schedule.size;
  film_ = open_film(options_.content, reading, warn_);
  info_ = film_->info();
  if (!options_.output.empty() && !FramePattern::is_pattern(options_.output)) {
    check_film_writable(options_.output, format_of(info_), options_.encoding, options_.content, warn_);
  }
  if (options_.optimises()) read_styles();
  machine_ = set_up_machine(
      machine, options_.optimises() ? networks_of(options_.settings) : std::vector<NetworkRequest>(), log_);
  if (!options_.model.empty()) {
    const Model model = read_model(options_.model);
    if (model.styles.count() > 1) {
      reject("--model " + quoted(options_.model) + " has " + std::to_string(model.styles.count()) +
             " styles, of which a film can't take one; name a model of one style, or paint its frames as pictures with "
             "styler apply --pick");
    }
    generator_ = model.styles.on(machine_.choice.device.device).painter();
    hashes_.model = file_sha256(options_.model);
  }
  survey_ = survey_film(options_, [&](int64_t frames) {
    if (!options_.settings.messages.quiet) progress_.update("looking for shots: frame " + std::to_string(frames));
    return !StopSignals::requested();
  });
  log_.info("{} frames in {} shots, {} repeated", survey_.frames, survey_.shots.size(), survey_.repeats);
}

int FilmRun::dry_run() {
  const auto frame = film_->next();
  STYLER_ASSERT(frame);
  FrameTimes times;
  int64_t memory = 0;
  if (options_.optimises()) {
    pictures_.texture = {};
    pictures_.content = is_seen(frame->picture) ? frame->picture : Picture{frame->picture.colour, {}};
    pictures_.init = options_.settings.init;
    memory = optimiser_memory(options_, machine_, pictures_);
    times = optimiser_times(options_, machine_, pictures_);
  }
  if (generator_) {
    PaintOptions painting;
    painting.dtype = machine_.choice.device.network_dtype;
    const NormStatistics statistics = picture_statistics(*generator_, frame->picture.colour, painting);
    const double start = seconds_now();
    paint(*generator_, frame->picture.colour, statistics, painting);
    times.first += seconds_now() - start;
    times.follow += seconds_now() - start;
  }
  if (options_.flow_pattern.empty()) {
    times.follow +=
        static_cast<double>(options_.relations.size()) * flow_seconds(frame->picture.colour, flow_method(options_));
  }
  if (StopSignals::requested()) return kInterrupted;
  console_.clear_status();
  if (machine_.choice.device.device.is_cpu()) memory = std::max(memory, peak_memory_bytes());
  for (const std::string& line : film_lines(info_, survey_, times, machine_text(machine_.choice), memory)) {
    print_line(line);
  }
  return 0;
}

void FilmRun::take_up(const FilmState& state) {
  for (int64_t index = 0; index < state.next && !StopSignals::requested(); ++index) {
    const auto frame = film_->next();
    if (!frame) {
      throw Error(ErrorCode::Input, "film " + quoted(options_.content) + " ends at frame " + std::to_string(index) +
                                        ", before what is painted of it; use --force to begin anew");
    }
    flows_->add(*frame, survey_.begins_shot(index), /*wants_flows=*/false);
    if (const auto painted = state.painted.find(index); painted != state.painted.end()) {
      frames_->take(*frame, index == state.shot, painted->second);
    }
    if (!options_.settings.messages.quiet) {
      progress_.update("going on: past frame " + std::to_string(index + 1) + "/" + std::to_string(survey_.frames));
    }
  }
}

std::optional<FrameTask> FilmRun::next_task() {
  auto frame = film_->next();
  if (!frame) return std::nullopt;
  const bool begins = survey_.begins_shot(frame->index);
  std::vector<FrameFlow> flows = flows_->add(*frame, begins, /*wants_flows=*/!begins);
  return FrameTask{std::move(*frame), begins, std::move(flows)};
}

bool FilmRun::is_over() const {
  const double limit = options_.settings.stylize.optimizer.time_limit_seconds;
  return StopSignals::requested() || (limit > 0 && seconds_now() - start_ > limit);
}

void FilmRun::tell_progress(const FrameRecord& newest) {
  log_.info("frame {}: {} iterations, {:.0f} % seen before, {:.2f} s", newest.index + 1, newest.iterations,
            100 * newest.coverage, newest.seconds);
  if (options_.settings.messages.quiet) return;
  const double per_frame = (seconds_now() - painting_began_) / static_cast<double>(painted_here_);
  const auto left = static_cast<double>(survey_.frames - newest.index - 1);
  progress_.update("frame " + std::to_string(newest.index + 1) + "/" + std::to_string(survey_.frames) + ", " +
                   number_text(std::round(100 / per_frame) / 100) + " frames/s, " + duration_text(left * per_frame) +
                   " left");
}

void FilmRun::keep(PaintedFrame frame) {
  film_in_work_->add(frame);
  ++painted_here_;
  tell_progress(frame.record);
  if (options_.preview.empty() || seconds_now() < next_preview_) return;
  const std::string reason =
      preview_.attempt([&] { write_picture({from_bytes(frame.painted), {}}, options_.preview); });
  if (!reason.empty()) warn_(reason);
  next_preview_ = seconds_now() + kSecondsBetweenNewest;
}

void FilmRun::paint_all() {
  painting_began_ = seconds_now();
  run_pipeline<FrameTask, PaintedFrame>({
      .read = [&] { return next_task(); },
      .compute = [&](FrameTask task) { return frames_->paint(std::move(task)); },
      .write = [&](PaintedFrame frame) { keep(std::move(frame)); },
      .ended = [&] { return is_over(); },
  });
}

int FilmRun::end() {
  const auto painted = static_cast<int64_t>(film_in_work_->records().size());
  const bool is_whole = painted >= survey_.frames;
  progress_.end_part();
  console_.clear_status();
  film_in_work_->finish(is_whole);
  if (!options_.report.empty()) {
    write_file_atomically(options_.report,
                          film_report(options_, machine_.choice,
                                      {info_, survey_, film_in_work_->records(), !is_whole, seconds_now() - start_}));
  }
  if (!options_.settings.messages.quiet) {
    const std::string seconds = duration_text(seconds_now() - start_);
    console_.line(is_whole ? "done in " + seconds
                           : "stopped after " + seconds + " with " + std::to_string(painted) + " of " +
                                 std::to_string(survey_.frames) + " frames; --resume goes on");
    if (painted > 0) print_line(options_.output.string());
  }
  return StopSignals::requested() && !is_whole ? kInterrupted : 0;
}

int FilmRun::operator()() {
  set_up();
  if (StopSignals::requested()) return kInterrupted;
  if (options_.settings.dry_run) return dry_run();
  hashes_.content = film_sha256(options_.content);
  film_in_work_ =
      std::make_unique<UnfinishedFilm>(options_, info_, film_identity(options_, hashes_, machine_.choice), warn_);
  const std::optional<FilmState> state = film_in_work_->begin();
  if (options_.optimises()) {
    optimiser_ = std::make_unique<OptimiserPainter>(options_, machine_, std::move(pictures_), style_hashes_, log_);
  }
  if (generator_) {
    PaintOptions painting;
    painting.dtype = machine_.choice.device.network_dtype;
    painter_ = std::make_unique<GeneratorPainter>(options_, survey_, *generator_, painting, optimiser_.get());
  }
  FramePainter& painter = painter_ ? *painter_ : static_cast<FramePainter&>(*optimiser_);
  frames_ = std::make_unique<FilmPainter>(options_, painter);
  flows_ = std::make_unique<FrameFlows>(options_, flow_method(options_));
  if (state) take_up(*state);
  paint_all();
  return end();
}

/// What a film is made from, each frame that is a picture of its own.
/// \throws Error{Input}; Error{InvalidArgument} where results would be part of a style's folder.
std::vector<NamedFile> film_inputs(const VideoOptions& options) {
  const Described described(options);
  std::vector<NamedFile> files = files_with(described.table(), OptionFacts::ReadsFile);
  std::vector<fs::path> frames{options.content};
  if (is_picture_frames(options.content)) frames = files_of_frames(options.content);
  files.reserve(files.size() + frames.size());
  for (const fs::path& frame : frames) files.push_back({described.name(&VideoOptions::content), frame});
  JobOptions settings = options.settings;
  settings.preview = options.preview;
  if (FramePattern::is_pattern(options.output)) settings.output = options.output;
  const std::string style_option = described.name_of(described.options().settings.styles);
  for (const StyleFiles& style : style_files(settings)) {
    for (const fs::path& file : style.files) files.push_back({style_option, file});
  }
  return files;
}

fs::path folder_with(const fs::path& file) {
  return canonical_path(file.has_parent_path() ? file.parent_path() : fs::path("."));
}

/// What is written among frames that are pictures would be one of them when the film is gone on with.
void check_is_no_frame(const std::string& option, const fs::path& file, const fs::path& content) {
  std::error_code unknown;
  const bool is_folder = fs::is_directory(content, unknown);
  if (!is_picture_frames(content) ||
      folder_with(file) != (is_folder ? canonical_path(content) : folder_with(content))) {
    return;
  }
  if (!is_folder && !FramePattern(content).number_of(file.filename().string())) return;
  reject(option + " " + quoted(file) + " would be a frame of --content " + quoted(content) +
         " the next time; put it into another folder");
}

/// Frames go to names that nobody typed, which must not be those of anything else.
void check_painted_frames(const VideoOptions& options, const std::vector<NamedFile>& others) {
  const FramePattern painted(options.output);
  const fs::path folder = folder_with(options.output);
  for (const NamedFile& other : others) {
    if (!painted.number_of(other.file.filename().string()) || folder_with(other.file) != folder) continue;
    reject("--output " + quoted(options.output) + " could overwrite " + other.name + " " + quoted(other.file) +
           ", which is called like one of its frames; give them a folder of their own");
  }
}

/// Links that are called like painted frames: what is written to them goes where they lead.
std::vector<NamedFile> links_among_frames(const VideoOptions& options) {
  const FramePattern painted(options.output);
  std::vector<NamedFile> links;
  std::error_code problem;
  fs::directory_iterator entry(folder_with(options.output), problem);
  for (const fs::directory_iterator end; !problem && entry != end; entry.increment(problem)) {
    std::error_code unknown;
    const fs::path& file = entry->path();
    if (!painted.number_of(file.filename().string()) || !fs::is_symlink(file, unknown)) continue;
    links.push_back({"--output", file});
  }
  return links;
}

void check_film_files(const VideoOptions& options) {
  const std::vector<NamedFile> written = files_with(Described(options).table(), OptionFacts::WritesFile);
  const std::vector<NamedFile> read = film_inputs(options);
  check_distinct(written, read);
  if (FramePattern::is_pattern(options.output)) {
    check_is_no_frame("--output", options.output, options.content);
    check_painted_frames(options, read);
    check_painted_frames(options, written);
    check_distinct(links_among_frames(options), read);
  }
  if (!options.report.empty()) check_writable(options.report, {.offers_force = false});
  if (!options.preview.empty()) {
    check_is_no_frame("--preview", options.preview, options.content);
    check_writable(options.preview, {.offers_force = false});
    check_picture_writable(options.preview);
  }
  UnfinishedFilm::check_beginning(options);
}

}  // namespace

int run(const VideoOptions& options) {
  if (!options.settings.dry_run) check_film_files(options);
  const Stopping stopping = options.settings.dry_run ? Stopping::Silently : Stopping::DropsPicture;
  return logged_run(options.settings.messages, stopping,
                    [&](Console& console, spdlog::logger& log) { return FilmRun(options, console, log)(); });
}

}  // namespace styler::app
