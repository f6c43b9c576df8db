#include "styler/app/commands/batch/job_preparation.hpp"

#include <exception>

#include "styler/app/folders/outputs.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/file/sha256.hpp"

namespace styler::app {

void PreparedJob::fail(const std::exception_ptr& why) {
  settled = JobOutcome{job, JobStatus::Failed, failure_of(why).sentence, warnings, {}, 0};
  recipe.reset();
}

JobOptions JobPreparation::options_of(const BatchJob& job) const {
  JobOptions options = options_.settings;
  options.content = job.content;
  options.styles = {job.style};
  options.output = job.output;
  return options;
}

/// Of all that a job of a batch is made from, which has neither regions nor a fine style.
InputHashes JobPreparation::hash(const JobOptions& options) {
  InputHashes hashes;
  hashes.content = shared_.sha256(options.content);
  hashes.styles = {{shared_.sha256(options.styles.front())}};
  if (options.init == Init::Picture) {
    hashes.init = names_model(options.init_file) ? file_sha256(options.init_file) : shared_.sha256(options.init_file);
  }
  hashes.weights = weights_sha256_;
  return hashes;
}

void JobPreparation::read(PreparedJob& prepared, JobOptions options) {
  shared_.keep({options.styles.front(), options.init_file});
  const InputHashes hashes = hash(options);
  if (!options_.force) {
    const std::string parameters = parameters_in(options.output);
    if (is_same_picture(parameters, fingerprint(options, hashes), unlisted_numbers_)) {
      prepared.settled = JobOutcome{prepared.job, JobStatus::Skipped, {}, {}, parameters, 0};
      return;
    }
  }
  const WarningSink warn = [&](const std::string& sentence) { prepared.warnings.push_back(sentence); };
  prepared.recipe = Job::read(std::move(options), warn, &shared_);
  prepared.recipe->check(warn);
}

PreparedJob JobPreparation::prepare(const BatchJob& job, int64_t number) {
  PreparedJob prepared;
  prepared.number = number;
  prepared.job = job;
  try {
    read(prepared, options_of(job));
  } catch (...) {
    prepared.fail(std::current_exception());
  }
  return prepared;
}

}  // namespace styler::app
