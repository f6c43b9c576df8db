#pragma once

#include <spdlog/logger.h>

#include <optional>
#include <vector>

#include "styler/app/commands/batch/job_preparation.hpp"
#include "styler/app/commands/batch/ledger.hpp"
#include "styler/app/commands/batch/progress.hpp"
#include "styler/app/host/machine.hpp"

namespace styler::app {

/// Runs jobs through three threads, see run_pipeline(): one reads pictures, this one paints, one writes them and keeps
/// the ledger. Ends before its time when a signal comes or the ledger says so; a picture that is half painted then is
/// dropped, so that no file tells of a job as done that is not.
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

  /// What is to be written; nothing when the batch ends before it is painted.
  std::optional<PaintedJob> painted(PreparedJob prepared);
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
  PicturesTimeLeft time_left_{0};
};

}  // namespace styler::app
