#pragma once

#include <optional>
#include <string>
#include <vector>

#include "styler/app/commands/batch/options.hpp"
#include "styler/app/commands/batch/record.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/app/job/job.hpp"

namespace styler::app {

/// A job that is ready to be painted, or one that needs no painting.
struct PreparedJob {
  int64_t number = 0;  ///< 1 … of the batch.
  BatchJob job;
  std::optional<Job> recipe;  ///< None once the job is settled otherwise than by its picture.
  std::vector<std::string> warnings;
  std::optional<JobOutcome> settled;  ///< Skipped or failed: there is nothing to paint.

  /// Settles the job as failed, and lets go of its pictures.
  void fail(const std::exception_ptr& why);
};

/// Reads the pictures of one job after another, and finds out which are done already. A painting is read once as long
/// as the jobs in a row have the same; so is the picture that all of them start from. Computes on one core only.
class JobPreparation {
 public:
  /// \param machine  whose weights will be used.
  JobPreparation(const BatchOptions& options, const MachineChoice& machine)
      : options_(options),
        weights_sha256_(machine.weights_origin.sha256),
        unlisted_numbers_(machine.unlisted_numbers()) {}

  /// Whatever is wrong with the job's files ends up in the result.
  PreparedJob prepare(const BatchJob& job, int64_t number);

 private:
  JobOptions options_of(const BatchJob& job) const;
  InputHashes hash(const JobOptions& options);
  void read(PreparedJob& prepared, JobOptions options);

  const BatchOptions& options_;
  std::string weights_sha256_;  ///< Of their original.
  std::string unlisted_numbers_;
  PictureCache shared_;
};

}  // namespace styler::app
