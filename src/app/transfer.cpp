#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/checkpoint.hpp"
#include "app/checkpoint_observer.hpp"
#include "app/clock.hpp"
#include "app/commands.hpp"
#include "app/dry_run.hpp"
#include "app/job.hpp"
#include "app/logging.hpp"
#include "app/observers.hpp"
#include "app/preflight.hpp"
#include "app/progress.hpp"
#include "app/report.hpp"
#include "app/snapshots.hpp"
#include "app/stop_signals.hpp"
#include "app/values.hpp"
#include "app/version.hpp"
#include "styler/atomic_file.hpp"
#include "styler/resample.hpp"

namespace styler::app {
namespace {

/// Where the run begins, when it is not anew; puts what is behind it into `record`.
std::optional<RunState> resumed(const TransferOptions& options, const nlohmann::ordered_json& identity,
                                RunRecord& record, spdlog::logger& log) {
  if (options.resume.empty()) return std::nullopt;
  Checkpoint checkpoint =
      read_checkpoint(options.resume, identity, [&log](const std::string& sentence) { log.warn("{}", sentence); });
  log.info("going on from {}: scale {}, after {} iterations", options.resume.string(), checkpoint.state.done.size() + 1,
           checkpoint.state.minimizer.summary.iterations);
  record.scales = std::move(checkpoint.scales);
  return std::move(checkpoint.state);
}

/// Runs the method with everybody who wants to know of it.
StylizeResult paint_with_progress(const Machine& machine, const JobInput& job, const TransferOptions& options,
                                  RunRecord& record, Console& console, spdlog::logger& log) {
  const StylizeInput& input = job.pictures;
  const auto identity = run_identity(options, job.hashes, machine.choice);
  std::optional<RunState> from = resumed(options, identity, record, log);
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
      {options.checkpoint, options.checkpoint_every, identity, record.scales, about_to_stop, seconds_now}, logging);
  ObserverList observers;
  observers.add(logging);
  if (!options.messages.quiet) observers.add(progress);
  if (options.save_every > 0) observers.add(snapshots);
  if (!options.preview.empty()) observers.add(preview);
  if (!options.checkpoint.empty()) observers.add(checkpoints);
  return paint(machine, input, options, observers, record, std::move(from));
}

int transfer(const TransferOptions& options, double start, Console& console, spdlog::logger& log) {
  RunRecord record;
  const WarningSink warn = [&log](const std::string& sentence) { log.warn("{}", sentence); };
  JobInput input = read_job(options, warn);
  const Size content_size = original_size(input.pictures);
  const Size style_size = picture_size(input.pictures.style.colour);
  check_sizes(options, content_size, style_size);
  log.info("{} ({} px), style {} ({} px)", options.is_texture() ? "texture" : "content " + options.content.string(),
           size_text(content_size), options.style.string(), size_text(style_size));
  if (const std::string note = rounding_note(options, content_size); !note.empty()) log.warn("{}", note);
  const Machine machine = set_up_machine(options, log);
  input.hashes.weights = machine.choice.weights_origin.sha256;

  const StylizeResult result = paint_with_progress(machine, input, options, record, console, log);
  write_result(result.picture, options, input.hashes, input.photo, record, warn);
  record.seconds = seconds_now() - start;
  record.peak_memory_bytes = peak_memory_bytes();
  if (!options.report.empty()) write_file_atomically(options.report, report_text(options, record));

  log.info("{} in {:.1f} s, {} MB at most: {}", result.stopped ? "stopped" : "done", record.seconds,
           record.peak_memory_bytes / 1000000, options.output.string());
  if (!options.messages.quiet) {
    console.line((result.stopped ? "stopped after " : "done in ") + duration_text(record.seconds));
    std::cout << options.output.string() << '\n' << std::flush;
  }
  return record.exit_code;
}

}  // namespace

int run(const TransferOptions& options) {
  const double start = seconds_now();
  check_outputs(options);
  // A checkpoint can take gigabytes, and so can what a killed run left of the next one.
  if (!options.dry_run && !options.checkpoint.empty()) remove_abandoned_files(options.checkpoint.parent_path());
  const bool is_silent = options.messages.quiet || options.dry_run;  // a dry run has no picture to save
  const StopSignals signals(is_silent ? Stopping::Silently : Stopping::SavesPicture);
  Console console(std::cerr, stderr_is_terminal(), stderr_columns());
  const auto log = make_logger(options.messages, console);
  log->info("styler {}", program_version());
  try {
    if (options.dry_run) return dry_run(options, start, *log);
    return transfer(options, start, console, *log);
  } catch (const std::exception& error) {
    log->debug("ended by: {}", error.what());  // whole, while the user gets one sentence
    throw;
  }
}

}  // namespace styler::app
