#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/commands/video/estimate.hpp"
#include "styler/app/commands/video/film_files.hpp"
#include "styler/app/commands/video/flows.hpp"
#include "styler/app/commands/video/generator_painter.hpp"
#include "styler/app/commands/video/key_frames.hpp"
#include "styler/app/commands/video/optimiser_painter.hpp"
#include "styler/app/commands/video/options.hpp"
#include "styler/app/commands/video/record.hpp"
#include "styler/app/commands/video/unfinished_film.hpp"
#include "styler/app/films/bytes.hpp"
#include "styler/app/films/film_page.hpp"
#include "styler/app/films/survey.hpp"
#include "styler/app/folders/pipeline.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/app/host/memory.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/inputs/inputs.hpp"
#include "styler/app/job/inputs/region_maps.hpp"
#include "styler/app/job/inputs/style_files.hpp"
#include "styler/app/job/networks.hpp"
#include "styler/app/job/observers/optional_file.hpp"
#include "styler/app/models/style_notes.hpp"
#include "styler/app/session/progress_line.hpp"
#include "styler/app/session/session.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/rescue.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/text/words.hpp"
#include "styler/core/generator/model_file.hpp"
#include "styler/core/loss/position_weights.hpp"
#include "styler/image/image_io.hpp"
#include "styler/options/frame_pattern.hpp"
#include "styler/video/open_film.hpp"

namespace styler::app {
namespace {

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
  void read_regions(InputHashes& hashes);
  void read_generator();
  int dry_run();
  /// Gives the painter what an earlier run has painted.
  void take_up(const FilmState& state);
  void paint_all();
  std::optional<FrameGroup> next_group();
  void keep(const PaintedFrame& frame);
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
  KeyFrames key_frames_;
  std::unique_ptr<FilmReader> film_;
  FilmInfo info_;
  FilmHashes hashes_;
  StylizeInput pictures_;            ///< With the styles alone.
  std::vector<at::Tensor> regions_;  ///< Of the first frame: each one's share of the pixels.
  Machine machine_;
  std::optional<Generator> generator_;
  bool generator_has_strength_ = false;  ///< It paints at the strength that is asked for.
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
  settings.content_regions.clear();
  JobInput input = read_inputs(settings, warn_);
  pictures_ = std::move(input.pictures);
  for (const std::vector<std::string>& style : input.hashes.styles) {
    hashes_.styles.insert(hashes_.styles.end(), style.begin(), style.end());
  }
  for (size_t i = 0; i < pictures_.styles.size(); ++i) pictures_.styles[i].cache_key = hashes_.styles.at(i);
  if (!options_.settings.content_regions.empty()) read_regions(input.hashes);
}

void FilmRun::read_regions(InputHashes& hashes) {
  pictures_.content.colour = at::zeros({1, 3, info_.size.height, info_.size.width}, at::kFloat);
  assign_regions(options_.settings, options_.settings.read, style_files(options_.settings), pictures_, hashes, warn_);
  hashes_.regions = hashes.style_regions;
  hashes_.regions.push_back(hashes.content_regions);
  for (StyleSource& style : pictures_.styles) {
    style.cache_key += "/" + pictures_.regions.at(style.region).name + joined(hashes_.regions, "/");
  }
  for (ContentRegion& region : pictures_.regions) {
    region.share = resized_share(region.share, info_.size);
    regions_.push_back(region.share);
  }
}

void FilmRun::read_generator() {
  const Model model = read_model(options_.model);
  check_paints_photos(model, options_.model);
  const std::vector<StyleNote> notes = style_notes(model);
  const std::vector<double>& blend = options_.settings.style_shares;
  std::vector<double> shares;
  if (!blend.empty()) {
    shares = blend_shares("--style-blend", blend, notes, options_.model);
  } else if (!options_.pick.empty()) {
    shares = shares_of_one(picked_style("--pick", options_.pick, notes, options_.model), notes.size());
  }
  const OverTime& strength = options_.strength_over_time;
  generator_has_strength_ =
      !options_.optimises() && model.styles.calm.defined() && strength.is_told() && !strength.changes();
  generator_ =
      model.styles.on(machine_.choice.device.device).painter(shares, generator_has_strength_ ? strength.at(0) : 1);
  hashes_.model = file_sha256(options_.model);
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
    read_generator();
  }
  survey_ = survey_film(options_.content, options_.film, [&](int64_t frames) {
    if (!options_.settings.messages.quiet) progress_.update("looking for shots: frame " + std::to_string(frames));
    return !StopSignals::requested();
  });
  log_.info("{} frames in {} shots, {} repeated", survey_.frames, survey_.shots.size(), survey_.repeats);
  if (StopSignals::requested()) return;
  if (!regions_.empty() && survey_.shots.size() > 1) {
    reject("--content-regions is a map of the film's first frame, but after a cut, at frame " +
           std::to_string(survey_.shots.at(1) + 1) + ", others come; paint shots one by one, with --start and --end");
  }
  key_frames_ = KeyFrames(options_, survey_, info_.size, warn_);
  hashes_.keyframes = key_frames_.identities();
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
    flows_->pass(*frame);
    if (const auto painted = state.painted.find(index); painted != state.painted.end()) {
      const auto shown = state.shown.find(index);
      frames_->take(*frame, state.shot, painted->second, shown != state.shown.end() ? shown->second : painted->second);
    }
    if (!options_.settings.messages.quiet) {
      progress_.update("going on: past frame " + std::to_string(index + 1) + "/" + std::to_string(survey_.frames));
    }
  }
}

std::optional<FrameGroup> FilmRun::next_group() {
  std::vector<FilmFrame> frames;
  int64_t end = 1;
  while (frames.empty() || frames.back().index + 1 < end) {
    auto frame = film_->next();
    if (!frame) break;
    if (frames.empty()) end = end_of_group(options_, survey_, frame->index);
    frames.push_back(std::move(*frame));
  }
  if (frames.empty()) return std::nullopt;
  return flows_->group(std::move(frames));
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

void FilmRun::keep(const PaintedFrame& frame) {
  film_in_work_->add(frame);
  ++painted_here_;
  tell_progress(frame.record);
  if (options_.preview.empty() || seconds_now() < next_preview_) return;
  const std::string reason = preview_.attempt([&] { write_picture({from_bytes(frame.shown), {}}, options_.preview); });
  if (!reason.empty()) warn_(reason);
  next_preview_ = seconds_now() + kSecondsBetweenNewest;
}

void FilmRun::paint_all() {
  painting_began_ = seconds_now();
  run_pipeline<FrameGroup, std::vector<PaintedFrame>>({
      .read = [&] { return next_group(); },
      .compute = [&](FrameGroup group) { return frames_->paint(std::move(group)); },
      .write =
          [&](const std::vector<PaintedFrame>& frames) {
            for (const PaintedFrame& frame : frames) keep(frame);
          },
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
    write_file_or_rescue(options_.report,
                         film_report(options_, machine_.choice,
                                     {info_, survey_, film_in_work_->records(), !is_whole, seconds_now() - start_}),
                         "the report");
  }
  if (!options_.page.empty() && painted > 0) {
    write_film_page(options_.page, {options_.output, {}, film_in_work_->records()}, warn_);
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
    const MemoryOptions& memory = options_.settings.stylize.memory;
    const bool is_planned = state && state->budget && memory.limit_bytes == 0;
    const MemoryBudget budget = is_planned ? *state->budget : memory_budget(memory, machine_.choice);
    film_in_work_->plan_for(budget);
    optimiser_ = std::make_unique<OptimiserPainter>(options_, machine_, std::move(pictures_), budget, log_);
  }
  if (generator_) {
    PaintOptions painting;
    painting.dtype = machine_.choice.device.network_dtype;
    painter_ = std::make_unique<GeneratorPainter>(options_, survey_, *generator_, generator_has_strength_, painting,
                                                  optimiser_.get());
  }
  FramePainter& painter = painter_ ? *painter_ : static_cast<FramePainter&>(*optimiser_);
  frames_ = std::make_unique<FilmPainter>(options_, painter, key_frames_);
  flows_ = std::make_unique<FrameFlows>(options_, flow_method(options_), survey_, key_frames_, regions_);
  if (state) take_up(*state);
  paint_all();
  return end();
}

}  // namespace

int run(const VideoOptions& options) {
  if (!options.settings.dry_run) {
    check_film_files(options);
    UnfinishedFilm::check_beginning(options);
  }
  const Stopping stopping = options.settings.dry_run ? Stopping::Silently : Stopping::DropsPicture;
  return logged_run(options.settings.messages, stopping,
                    [&](Console& console, spdlog::logger& log) { return FilmRun(options, console, log)(); });
}

}  // namespace styler::app
