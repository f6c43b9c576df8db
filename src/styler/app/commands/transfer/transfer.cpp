#include <algorithm>
#include <filesystem>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "styler/app/commands/transfer/checkpoint.hpp"
#include "styler/app/commands/transfer/checkpoint_observer.hpp"
#include "styler/app/commands/transfer/dry_run.hpp"
#include "styler/app/commands/transfer/options.hpp"
#include "styler/app/job/fine_style.hpp"
#include "styler/app/job/inputs.hpp"
#include "styler/app/job/observers.hpp"
#include "styler/app/job/preflight.hpp"
#include "styler/app/job/progress.hpp"
#include "styler/app/job/report.hpp"
#include "styler/app/job/snapshots.hpp"
#include "styler/app/session/log.hpp"
#include "styler/app/session/session.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/atomic_file.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/sha256.hpp"
#include "styler/base/text.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// What a killed run left unfinished where this one will write: of a checkpoint it can take gigabytes.
void remove_abandoned_files_of(const JobOptions& options) {
  std::set<fs::path> folders;
  for (const fs::path& file : {options.output, options.preview, options.report, options.checkpoint}) {
    std::error_code ignored;
    if (!file.empty()) folders.insert(fs::weakly_canonical(file, ignored).parent_path());
  }
  for (const fs::path& folder : folders) remove_abandoned_files(folder);
}

/// What checkpoints are compared by, and where the run begins when it is not anew.
struct Beginning {
  nlohmann::ordered_json identity;
  std::optional<RunState> from;
};

/// Puts what is behind the run into `record`.
Beginning beginning_of(const JobOptions& options, const InputHashes& hashes, const MachineChoice& choice,
                       RunRecord& record, spdlog::logger& log) {
  Beginning beginning;
  if (!options.keeps_state()) return beginning;  // reading all of the weights' file is for those alone who need it
  beginning.identity = run_identity(options, hashes, choice, file_sha256(choice.weights_file));
  if (options.resume.empty()) return beginning;
  Checkpoint checkpoint = read_checkpoint(options.resume, beginning.identity,
                                          [&log](const std::string& sentence) { log.warn("{}", sentence); });
  log.info("going on from {}: scale {}, after {} iterations", options.resume.string(), checkpoint.state.done.size() + 1,
           checkpoint.state.minimizer.summary.iterations);
  record.scales = std::move(checkpoint.scales);
  beginning.from = std::move(checkpoint.state);
  return beginning;
}

/// Runs the method with everybody who wants to know of it.
StylizeResult paint_with_progress(const Machine& machine, const JobInput& job, const JobOptions& options,
                                  Beginning beginning, RunRecord& record, Console& console, spdlog::logger& log) {
  const StylizeInput& input = job.pictures;
  const auto schedule = make_schedule(original_size(input), options.stylize.schedule, machine.network->min_edge());
  LogObserver logging(log);
  ProgressObserver progress(console, schedule, options.stylize.optimizer.time_limit_seconds, seconds_now);
  SnapshotObserver snapshots(options.output, options.write, std::max<int64_t>(1, options.save_every), logging);
  PreviewObserver preview(options.preview, preview_write_options(options.write), logging, seconds_now);
  const double time_limit = options.stylize.optimizer.time_limit_seconds;
  // A little before the run's own deadline, so that its last evaluation is never missed.
  const double deadline = time_limit > 0 ? seconds_now() + time_limit : std::numeric_limits<double>::infinity();
  const auto about_to_stop = [deadline] { return StopSignals::requested() || seconds_now() >= deadline; };
  CheckpointObserver checkpoints(
      {options.checkpoint, options.checkpoint_every, beginning.identity, record.scales, about_to_stop, seconds_now},
      logging);
  ObserverList observers;
  observers.add(logging);
  if (!options.messages.quiet) observers.add(progress);
  if (options.save_every > 0) observers.add(snapshots);
  if (!options.preview.empty()) observers.add(preview);
  if (!options.checkpoint.empty()) observers.add(checkpoints);
  return paint(machine, input, options, observers, record, std::move(beginning.from));
}

int transfer(const JobOptions& options, double start, Console& console, spdlog::logger& log) {
  RunRecord record;
  const WarningSink warn = [&log](const std::string& sentence) { log.warn("{}", sentence); };
  JobInput input = read_job(options, warn);
  const Size content_size = original_size(input.pictures);
  const std::vector<StyleExtent> styles = style_extents(input.pictures);
  check_sizes(options, content_size, styles);
  if (const std::string note = rounding_note(options, content_size); !note.empty()) log.warn("{}", note);
  log.info("{} ({} px)", options.is_texture() ? "texture" : "content " + options.content.string(),
           size_text(content_size));
  for (const StyleRecord& style : style_records(input.pictures)) {
    log.info("style {} ({} px), share {:.3g}, scale {:.3g}{}{}", style.file, size_text(style.size), style.share,
             style.scale * options.stylize.style_scale, style.region.empty() ? "" : ", region ", style.region);
  }
  for (const RegionRecord& region : region_records(input.pictures)) {
    log.info("region {}: {:.1f} % of the photo, {}", region.colour, 100 * region.part,
             region.styles > 0 ? "painted" : "left as it is");
  }
  check_regions(input.pictures, options.stylize, smallest_edge_for(options.stylize.objective.layers()));
  const Machine machine = set_up_machine(options, log);
  input.hashes.weights = machine.choice.weights_origin.sha256;
  // Before the first stroke: a checkpoint of another run is refused at once, and weights may vanish then.
  Beginning beginning = beginning_of(options, input.hashes, machine.choice, record, log);

  const JobOptions remaining =
      options.fine_style.empty() ? options : paint_fine_style(machine, input, options, console, log);
  const StylizeResult result =
      paint_with_progress(machine, input, remaining, std::move(beginning), record, console, log);
  write_result(result.picture, options, input.hashes, input.photo, record, warn);
  record.seconds = seconds_now() - start;
  record.peak_memory_bytes = peak_memory_bytes();
  if (!options.report.empty()) write_file_atomically(options.report, report_text(options, record));

  log.info("{} in {:.1f} s, {} MB at most: {}", result.stopped ? "stopped" : "done", record.seconds,
           record.peak_memory_bytes / 1000000, options.output.string());
  if (options.messages.quiet) {
    // Which no warning has told.
    if (record.exit_code == kUserError) {
      console.line("styler: memory ran out; the best picture so far is '" + options.output.string() + "'");
    }
  } else {
    console.line((result.stopped ? "stopped after " : "done in ") + duration_text(record.seconds));
    std::cout << options.output.string() << '\n' << std::flush;
  }
  return record.exit_code;
}

}  // namespace

int run(const TransferOptions& transfer_options) {
  const JobOptions& options = transfer_options.job;
  const double start = seconds_now();
  check_outputs(options);
  if (!options.dry_run) remove_abandoned_files_of(options);
  const Stopping stopping = options.dry_run ? Stopping::Silently : Stopping::SavesPicture;  // dry: no picture to save
  return logged_run(options.messages, stopping, [&](Console& console, spdlog::logger& log) {
    return options.dry_run ? dry_run(options, start, log) : transfer(options, start, console, log);
  });
}

}  // namespace styler::app
