#include "styler/app/commands/batch/job_preparation.hpp"

#include <exception>

#include "styler/app/folders/outputs.hpp"
#include "styler/app/job/preflight.hpp"
#include "styler/base/failure.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler::app {
namespace {

WarningSink collect_into(std::vector<std::string>& warnings) {
  return [&warnings](const std::string& sentence) { warnings.push_back(sentence); };
}

}  // namespace

void JobPreparation::load_shared(SharedPicture& shared, const std::filesystem::path& file) const {
  if (shared.file == file && !shared.loaded.sha256.empty()) return;
  shared = {};
  shared.loaded = load_file(file);
  shared.file = file;
}

const Picture& JobPreparation::decode_shared(SharedPicture& shared, std::vector<std::string>& warnings) const {
  if (shared.failure) std::rethrow_exception(shared.failure);
  if (!shared.picture) {
    try {
      shared.picture =
          decode_picture(shared.loaded.bytes, shared.file, options_.settings.read, collect_into(shared.warnings));
    } catch (...) {
      shared.failure = std::current_exception();
      throw;
    }
    shared.loaded.bytes = {};
  }
  warnings.insert(warnings.end(), shared.warnings.begin(), shared.warnings.end());
  return *shared.picture;
}

void JobPreparation::read(PreparedJob& prepared) {
  const JobOptions& options = prepared.options;
  JobInput& input = prepared.input;
  LoadedFile content = load_file(options.content);
  load_shared(style_, options.styles.front());
  if (options.init == Init::Picture) load_shared(init_, options.init_file);
  input.hashes = {content.sha256, {{style_.loaded.sha256}}, init_.loaded.sha256, weights_sha256_};

  if (!options_.force) {
    const std::string parameters = parameters_in(options.output);
    if (stored_fingerprint(parameters) == fingerprint(options, input.hashes)) {
      prepared.settled = JobOutcome{prepared.job, JobStatus::Skipped, {}, {}, parameters, 0};
      return;
    }
  }

  StylizeInput& pictures = input.pictures;
  StyleSource& style = pictures.styles.emplace_back();
  style.picture = decode_shared(style_, prepared.warnings);
  style.name = options.styles.front().string();
  style.cache_key = input.hashes.styles.front().front();
  pictures.content = decode_picture(content.bytes, options.content, options.read, collect_into(prepared.warnings));
  pictures.init = options.init;
  if (options.init == Init::Picture) pictures.init_picture = decode_shared(init_, prepared.warnings);
  check_sizes(options, picture_size(pictures.content.colour), style_extents(pictures));
  input.photo = wanted_metadata(options, content);
}

PreparedJob JobPreparation::prepare(const BatchJob& job, int64_t number) {
  PreparedJob prepared;
  prepared.number = number;
  prepared.job = job;
  prepared.options = options_.settings;
  prepared.options.content = job.content;
  prepared.options.styles = {job.style};
  prepared.options.output = job.output;
  try {
    read(prepared);
  } catch (...) {
    prepared.input = {};
    prepared.settled =
        JobOutcome{job, JobStatus::Failed, describe(std::current_exception()).sentence, prepared.warnings, {}, 0};
  }
  return prepared;
}

}  // namespace styler::app
