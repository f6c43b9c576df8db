#pragma once

#include <spdlog/logger.h>

#include <vector>

#include "styler/app/commands/batch/job_preparation.hpp"
#include "styler/app/commands/batch/ledger.hpp"
#include "styler/app/commands/batch/progress.hpp"
#include "styler/app/folders/bounded_queue.hpp"
#include "styler/app/host/machine.hpp"

namespace styler::app {

/// Runs jobs through three threads, each a job ahead of the next: one reads pictures, this one paints, one writes them
/// and keeps the ledger. The painter has the processor's cores; the other two compute on one. Ends before its time when
/// a signal comes or the ledger says so; a picture that is half painted then is dropped, so that no file tells of a job
/// as done that is not.
class BatchPipeline {
 public:
  /// Everything must outlive the pipeline.
  BatchPipeline(const BatchOptions& options, const Machine& machine, BatchLedger& ledger, Console& console,
                spdlog::logger& log);

  /// \throws what the ledger throws, once all threads have ended.
  void run(const std::vector<BatchJob>& jobs);

 private:
  /// A job on its way to the ledger, by way of the disk if it was painted.
  struct PaintedJob {
    PreparedJob prepared;
    double start = 0;  ///< Of the painting.
  };

  bool ended() const;
  void read_all(const std::vector<BatchJob>& jobs);
  void paint_all();
  void write_all();
  ProgressMaker progress_of(const PreparedJob& job);
  /// Paints in place. Whatever goes wrong settles the job.
  /// \returns whether the batch goes on; else the job is dropped.
  bool paint_one(PreparedJob& job);
  void write_one(PaintedJob& job);

  const BatchOptions& options_;
  const Machine& machine_;
  BatchLedger& ledger_;
  Console& console_;
  spdlog::logger& log_;
  JobPreparation preparation_;
  StyleTargetCache style_cache_;
  int64_t jobs_ = 0;
  BatchTimeLeft time_left_{0};

  BoundedQueue<PreparedJob> to_paint_{1};
  BoundedQueue<PaintedJob> to_write_{1};
};

}  // namespace styler::app
