#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/commands/batch/options.hpp"
#include "styler/app/commands/batch/record.hpp"
#include "styler/app/job/inputs.hpp"

namespace styler::app {

/// A job that is ready to be painted, or one that needs no painting.
struct PreparedJob {
  int64_t number = 0;  ///< 1 … of the batch.
  BatchJob job;
  JobOptions options;  ///< The batch's, with this job's files.
  JobInput input;
  std::vector<std::string> warnings;
  std::optional<JobOutcome> settled;  ///< Skipped or failed: there is nothing to paint.
};

/// Reads the pictures of one job after another, and finds out which are done already. A painting is read once as long
/// as the jobs in a row have the same; so is the picture that all of them start from. Computes on one core only.
class JobPreparation {
 public:
  /// \param weights_sha256  of the original of the weights that will be used.
  JobPreparation(const BatchOptions& options, std::string weights_sha256)
      : options_(options), weights_sha256_(std::move(weights_sha256)) {}

  /// Whatever is wrong with the job's files ends up in the result.
  PreparedJob prepare(const BatchJob& job, int64_t number);

 private:
  /// A file that several jobs need, decoded when the first of them does.
  struct SharedPicture {
    std::filesystem::path file;
    LoadedFile loaded;
    std::optional<Picture> picture;
    std::vector<std::string> warnings;  ///< From decoding.
    std::exception_ptr failure;         ///< Of decoding, which would fail again for the next job.
  };

  void read(PreparedJob& prepared);
  void load_shared(SharedPicture& shared, const std::filesystem::path& file) const;
  const Picture& decode_shared(SharedPicture& shared, std::vector<std::string>& warnings) const;

  const BatchOptions& options_;
  std::string weights_sha256_;
  SharedPicture style_;
  SharedPicture init_;
};

}  // namespace styler::app
