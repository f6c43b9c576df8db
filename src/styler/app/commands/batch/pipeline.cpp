#include "styler/app/commands/batch/pipeline.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "styler/app/folders/pipeline.hpp"
#include "styler/app/job/observers.hpp"
#include "styler/app/job/snapshots.hpp"
#include "styler/app/session/log.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// Of style targets that are kept: those of a hundred paintings at four scales.
constexpr int64_t kStyleCacheBytes = int64_t{1} << 30;

/// Pictures that will be painted, as far as can be told without looking into files.
int64_t likely_to_paint(const std::vector<BatchJob>& jobs, bool force) {
  std::error_code ignored;
  return std::count_if(jobs.begin(), jobs.end(),
                       [&](const BatchJob& job) { return force || !fs::exists(job.output, ignored); });
}

/// Keeps warnings with the job that they are about, and ends its painting when the batch ends.
class JobObserver : public Observer {
 public:
  JobObserver(std::vector<std::string>& warnings, const BatchLedger& ledger) : warnings_(warnings), ledger_(ledger) {}

  Control on_iteration(const IterationEvent&) override {
    return ledger_.ends_batch() ? Control::Stop : Control::Continue;
  }
  void on_warning(const std::string& sentence) override { warnings_.push_back(sentence); }

 private:
  std::vector<std::string>& warnings_;
  const BatchLedger& ledger_;
};

void fail(PreparedJob& job, const std::exception_ptr& why) {
  job.settled = JobOutcome{job.job, JobStatus::Failed, describe(why).sentence, job.warnings, {}, 0};
}

}  // namespace

BatchPipeline::BatchPipeline(const BatchOptions& options, const Machine& machine, BatchLedger& ledger, Console& console,
                             spdlog::logger& log)
    : options_(options),
      machine_(machine),
      ledger_(ledger),
      console_(console),
      log_(log),
      preparation_(options, machine.choice.weights_origin.sha256),
      style_cache_(kStyleCacheBytes) {}

void BatchPipeline::paint_one(PaintedJob& job) {
  job.start = seconds_now();
  const JobOptions& options = job.prepared.options;
  StylizeInput& pictures = job.prepared.input.pictures;
  pictures.style_cache = &style_cache_;
  try {
    log_.info("job {}: {}", job.prepared.number, job.prepared.job.name);
    fs::create_directories(options.output.parent_path());
    LogObserver logging(log_);
    JobObserver job_observer(job.prepared.warnings, ledger_);
    BatchProgressObserver progress(
        console_, time_left_, job.prepared.number, jobs_, job.prepared.job.name,
        make_schedule(picture_size(pictures.content.colour), options.stylize.schedule, machine_.network->min_edge()),
        seconds_now);
    SnapshotObserver snapshots(options.output, options.write, std::max<int64_t>(1, options.save_every), job_observer);
    ObserverList observers;
    observers.add(logging);
    observers.add(job_observer);
    if (!options.messages.quiet) observers.add(progress);
    if (options.save_every > 0) observers.add(snapshots);
    job.picture = paint(machine_, pictures, options, observers, job.record).picture;
    if (job.record.exit_code == kUserError) {
      job.record.stopped = false;  // this picture's end alone
      throw Error(ErrorCode::Memory,
                  "memory ran out before the picture was done; use a smaller --size or --precision bf16");
    }
  } catch (...) {
    fail(job.prepared, std::current_exception());
  }
  pictures = {};  // the next job's are already there
}

std::optional<BatchPipeline::PaintedJob> BatchPipeline::painted(PreparedJob prepared) {
  PaintedJob job{std::move(prepared), {}, {}, 0};
  if (job.prepared.settled) return job;
  paint_one(job);
  time_left_.made(seconds_now() - job.start);
  return job.record.stopped ? std::nullopt : std::optional(std::move(job));
}

void BatchPipeline::write_one(PaintedJob& job) {
  PreparedJob& prepared = job.prepared;
  if (!prepared.settled) {
    try {
      const JobOptions& options = prepared.options;
      const std::string parameters =
          write_result(job.picture, options, prepared.input.hashes, prepared.input.photo, job.record,
                       [&](const std::string& sentence) { prepared.warnings.push_back(sentence); });
      prepared.settled =
          JobOutcome{prepared.job, JobStatus::Done, {}, prepared.warnings, parameters, seconds_now() - job.start};
    } catch (...) {
      fail(prepared, std::current_exception());
    }
  }
  ledger_.settle(*prepared.settled);
}

void BatchPipeline::run(const std::vector<BatchJob>& jobs) {
  jobs_ = static_cast<int64_t>(jobs.size());
  time_left_ = PicturesTimeLeft(likely_to_paint(jobs, options_.force));
  size_t read = 0;
  run_pipeline<PreparedJob, PaintedJob>({
      .read = [&]() -> std::optional<PreparedJob> {
        if (read == jobs.size()) return std::nullopt;
        const BatchJob& job = jobs[read++];
        return preparation_.prepare(job, static_cast<int64_t>(read));
      },
      .compute = [this](PreparedJob job) { return painted(std::move(job)); },
      .write = [this](PaintedJob job) { write_one(job); },
      .ended = [this] { return StopSignals::requested() || ledger_.ends_batch(); },
  });
}

}  // namespace styler::app
