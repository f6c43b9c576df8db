#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "styler/app/commands/transfer/checkpoint.hpp"
#include "styler/app/commands/transfer/checkpoint_observer.hpp"
#include "styler/app/commands/transfer/dry_run.hpp"
#include "styler/app/commands/transfer/options.hpp"
#include "styler/app/host/memory.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/job.hpp"
#include "styler/app/job/observers/progress.hpp"
#include "styler/app/job/observers/snapshots.hpp"
#include "styler/app/job/record/report.hpp"
#include "styler/app/session/console.hpp"
#include "styler/app/session/session.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/rescue.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

/// What checkpoints are compared by, and where the painting begins when it is not anew.
struct Beginning {
  nlohmann::ordered_json identity;
  std::optional<Checkpoint> from;
};

Beginning beginning_of(const Job& job, const MachineChoice& machine, const WarningSink& warn, spdlog::logger& log) {
  Beginning beginning;
  const JobOptions& options = job.options();
  if (!options.keeps_state()) return beginning;  // reading all of the weights' file is for those alone who need it
  beginning.identity = run_identity(options, job.hashes(machine), machine, file_sha256(machine.weights_file));
  if (options.resume.empty()) return beginning;
  beginning.from = read_checkpoint(options.resume, beginning.identity, warn);
  const RunState& state = beginning.from->state;
  log.info("going on from {}: scale {}, after {} iterations", options.resume.string(), state.done.size() + 1,
           state.minimizer.summary.iterations);
  return beginning;
}

/// Those who keep files of a picture in work: intermediate pictures, a preview, checkpoints.
class FileKeepers : public ObserverList {
 public:
  FileKeepers(const JobOptions& options, const Beginning& beginning, spdlog::logger& log)
      : logging_(log),
        snapshots_(options.output, options.write, std::max<int64_t>(1, options.save_every), logging_),
        preview_(options.preview, preview_write_options(options.write), logging_, seconds_now),
        checkpoints_(checkpoint_settings(options, beginning), logging_) {
    if (options.save_every > 0) add(snapshots_);
    if (!options.preview.empty()) add(preview_);
    if (!options.checkpoint.empty()) add(checkpoints_);
  }
  FileKeepers(const FileKeepers&) = delete;
  FileKeepers& operator=(const FileKeepers&) = delete;

 private:
  static CheckpointObserver::Settings checkpoint_settings(const JobOptions& options, const Beginning& beginning) {
    const double time_limit = options.stylize.optimizer.time_limit_seconds;
    // A little before the run's own deadline, so that its last evaluation is never missed.
    const double deadline = time_limit > 0 ? seconds_now() + time_limit : std::numeric_limits<double>::infinity();
    const auto about_to_stop = [deadline] { return StopSignals::requested() || seconds_now() >= deadline; };
    return {options.checkpoint, options.checkpoint_every,
            beginning.identity, beginning.from ? beginning.from->scales : std::vector<ScaleRecord>(),
            about_to_stop,      seconds_now};
  }

  LogObserver logging_;
  SnapshotObserver snapshots_;
  PreviewObserver preview_;
  CheckpointObserver checkpoints_;
};

/// Says on stderr how it ended, and on stdout where the picture is.
void tell_end(const JobOptions& options, const JobRecord& record, Console& console, spdlog::logger& log) {
  log.info("{} in {:.1f} s, {} MB at most: {}", record.stopped ? "stopped" : "done", record.seconds,
           record.peak_memory_bytes / 1000000, options.output.string());
  if (options.messages.quiet) {
    // Which no warning has told.
    if (record.exit_code == kUserError) {
      console.line("styler: memory ran out; the best picture so far is " + quoted(options.output));
    }
    return;
  }
  console.line((record.stopped ? "stopped after " : "done in ") + duration_text(record.seconds));
  print_line(options.output.string());
}

int transfer(const JobOptions& options, double start, Console& console, spdlog::logger& log) {
  const WarningSink warn = [&log](const std::string& sentence) { log.warn("{}", sentence); };
  use_threads(options.machine.device.threads, &log);
  Job job = Job::read(options, warn);
  job.check(warn, [&log](const std::string& sentence) { log.info("{}", sentence); });
  const Machine machine = set_up_machine(options.machine, networks_of(options), log);
  // Before the first stroke: a checkpoint of another run is refused at once, and weights may vanish then.
  Beginning beginning = beginning_of(job, machine.choice, warn, log);
  FileKeepers keepers(options, beginning, log);
  const ProgressMaker progress = options.messages.quiet ? ProgressMaker() : progress_on(console);
  job.paint(machine, {log, progress, &keepers}, std::move(beginning.from));
  job.write(warn);

  JobRecord record = job.record();
  record.seconds = seconds_now() - start;
  record.peak_memory_bytes = peak_memory_bytes();
  if (!options.report.empty()) write_file_or_rescue(options.report, report_text(options, record), "the report");
  tell_end(options, record, console, log);
  return record.exit_code;
}

}  // namespace

int run(const TransferOptions& transfer_options) {
  const JobOptions& options = transfer_options.job;
  const double start = seconds_now();
  check_files(options);
  if (!options.dry_run) remove_abandoned_files_of(options);
  const Stopping stopping = options.dry_run ? Stopping::Silently : Stopping::SavesPicture;  // dry: no picture to save
  return logged_run(options.messages, stopping, [&](Console& console, spdlog::logger& log) {
    return options.dry_run ? dry_run(options, start, log) : transfer(options, start, console, log);
  });
}

}  // namespace styler::app
