#include "styler/app/commands/batch/pipeline.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "styler/app/folders/pipeline.hpp"
#include "styler/app/job/observers/observers.hpp"
#include "styler/app/job/observers/snapshots.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/image/image_io.hpp"

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

}  // namespace

BatchPipeline::BatchPipeline(const BatchOptions& options, const Machine& machine, BatchLedger& ledger, Console& console,
                             spdlog::logger& log)
    : options_(options),
      machine_(machine),
      ledger_(ledger),
      console_(console),
      log_(log),
      preparation_(options, machine.choice),
      style_cache_(kStyleCacheBytes) {}

ProgressMaker BatchPipeline::progress_of(const PreparedJob& job) {
  if (options_.settings.messages.quiet) return {};
  return [this, number = job.number, name = job.job.name](const std::vector<Scale>& schedule, double) {
    return std::make_unique<BatchProgressObserver>(console_, time_left_, number, jobs_, name, schedule, seconds_now);
  };
}

bool BatchPipeline::paint_one(PreparedJob& job) {
  try {
    log_.info("job {}: {}", job.number, job.job.name);
    STYLER_ASSERT(job.recipe.has_value());
    Job& recipe = *job.recipe;
    const JobOptions& options = recipe.options();
    fs::create_directories(options.output.parent_path());
    check_picture_writable(options.output, options.write);
    JobObserver job_observer(job.warnings, ledger_);
    SnapshotObserver snapshots(options.output, options.write, std::max<int64_t>(1, options.save_every), job_observer);
    ObserverList observers;
    observers.add(job_observer);
    if (options.save_every > 0) observers.add(snapshots);
    recipe.share_style_targets(style_cache_);
    recipe.paint(machine_, {log_, progress_of(job), &observers});
    if (recipe.record().exit_code == kUserError) {  // this picture's end alone
      throw Error(ErrorCode::Memory,
                  "memory ran out before the picture was done; use a smaller --size or --precision bf16");
    }
    return !recipe.record().stopped;
  } catch (...) {
    job.fail(std::current_exception());
  }
  return true;
}

std::optional<BatchPipeline::PaintedJob> BatchPipeline::painted(PreparedJob prepared) {
  PaintedJob job{std::move(prepared), seconds_now()};
  if (job.prepared.settled) return job;
  const bool goes_on = paint_one(job.prepared);
  time_left_.made(seconds_now() - job.start);
  return goes_on ? std::optional(std::move(job)) : std::nullopt;
}

void BatchPipeline::write_one(PaintedJob& job) {
  PreparedJob& prepared = job.prepared;
  if (!prepared.settled) {
    try {
      STYLER_ASSERT(prepared.recipe.has_value());
      const std::string parameters =
          prepared.recipe->write([&](const std::string& sentence) { prepared.warnings.push_back(sentence); });
      prepared.settled =
          JobOutcome{prepared.job, JobStatus::Done, {}, prepared.warnings, parameters, seconds_now() - job.start};
    } catch (...) {
      prepared.fail(std::current_exception());
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
