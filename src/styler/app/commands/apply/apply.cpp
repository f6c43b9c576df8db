#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/cli/described.hpp"
#include "styler/app/commands/apply/options.hpp"
#include "styler/app/commands/apply/painter.hpp"
#include "styler/app/commands/apply/record.hpp"
#include "styler/app/commands/apply/stream.hpp"
#include "styler/app/folders/folder_jobs.hpp"
#include "styler/app/folders/ledger.hpp"
#include "styler/app/folders/outputs.hpp"
#include "styler/app/folders/pipeline.hpp"
#include "styler/app/gallery/page.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/app/session/session.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// A photo on its way through the stages.
struct PhotoJob {
  int64_t number = 0;  ///< 1 … of all.
  FolderJob job;
  AppliedPhoto photo;
  std::vector<std::string> warnings;
  double start = 0;                  ///< Of its reading.
  std::optional<JobStatus> settled;  ///< Skipped or failed; none while it goes on.
  std::string reason;                ///< Of a failure.
  std::string parameters;            ///< As stored in the output.

  void fail(const std::exception_ptr& why) {
    settled = JobStatus::Failed;
    reason = failure_of(why).sentence;
    photo = {};
  }
};

std::string report_line_of(const PhotoJob& job, const fs::path& model, double seconds) {
  json line = {{"status", status_name(job.settled.value_or(JobStatus::Done))},
               {"name", job.job.name},
               {"content", job.job.inputs.front().file.string()},
               {"model", model.string()},
               {"output", job.job.output.string()}};
  if (!job.reason.empty()) line["reason"] = job.reason;
  if (!job.warnings.empty()) line["warnings"] = job.warnings;
  if (!job.settled) line["seconds"] = seconds;
  return line_text(line);
}

/// Paints the photos of a folder, each read and written while others are painted.
class FolderPainter {
 public:
  FolderPainter(const ApplyOptions& options, const LoadedModels& models, Ledger& ledger, Console& console,
                spdlog::logger& log)
      : options_(options), models_(models), ledger_(ledger), console_(console), log_(log) {}

  void run(std::vector<FolderJob> jobs) {
    const size_t count = jobs.size();
    size_t next = 0;
    run_pipeline<PhotoJob, PhotoJob>({
        .read = [&]() -> std::optional<PhotoJob> {
          if (next == count) return std::nullopt;
          FolderJob job = std::move(jobs[next++]);
          return read(std::move(job), static_cast<int64_t>(next));
        },
        .compute = [&](PhotoJob job) { return painted(std::move(job), count); },
        .write = [&](PhotoJob job) { write(std::move(job)); },
        .ended = [&] { return StopSignals::requested() || ledger_.ends_work(); },
    });
  }

  const std::vector<GalleryEntry>& gallery() const { return gallery_; }

 private:
  PhotoJob read(FolderJob folder_job, int64_t number) const {
    PhotoJob job;
    job.number = number;
    job.job = std::move(folder_job);
    job.start = seconds_now();
    const WarningSink warn = [&](const std::string& sentence) { job.warnings.push_back(sentence); };
    try {
      const fs::path& file = job.job.inputs.front().file;
      const LoadedFile loaded = load_file(file);
      const PickedStyles styles = picked_styles(options_, models_, job.job.name);
      if (!options_.force) {
        job.parameters = parameters_in(job.job.output);
        const std::string wanted = applied_fingerprint(options_, hashes_of(loaded.sha256, models_, styles));
        if (is_same_picture(job.parameters, wanted, {})) {
          job.settled = JobStatus::Skipped;
          return job;
        }
      }
      job.photo = decode_photo(loaded, file, job.job.output, styles, options_, warn);
    } catch (...) {
      job.fail(std::current_exception());
    }
    return job;
  }

  std::optional<PhotoJob> painted(PhotoJob job, size_t count) {
    if (job.settled) return job;
    if (console_.is_terminal() && !options_.messages.quiet) {
      console_.status(std::to_string(job.number) + "/" + std::to_string(count) + " " + job.job.name);
    }
    log_.debug("photo {}: {}", job.number, job.job.name);
    try {
      fs::create_directories(job.job.output.parent_path());
      if (!paint_photo(job.photo, options_, models_)) return std::nullopt;
    } catch (...) {
      job.fail(std::current_exception());
    }
    return job;
  }

  void write(PhotoJob job) {
    const fs::path& content = job.job.inputs.front().file;
    if (!job.settled) {
      try {
        job.parameters = write_painted(job.photo, content, options_, models_,
                                       [&](const std::string& sentence) { job.warnings.push_back(sentence); });
      } catch (...) {
        job.fail(std::current_exception());
      }
    }
    const double seconds = seconds_now() - job.start;
    const JobStatus status = job.settled.value_or(JobStatus::Done);
    if (status != JobStatus::Failed && !options_.gallery.empty()) add_to_gallery(job);
    ledger_.settle({job.job.name, job.job.output, status, job.reason, job.warnings,
                    status == JobStatus::Done ? seconds : 0, report_line_of(job, options_.models.front(), seconds)});
  }

  void add_to_gallery(const PhotoJob& job) {
    GalleryEntry entry;
    entry.content_name = job.job.name;
    entry.style_name = options_.models.front().stem().string();
    entry.content = job.job.inputs.front().file;
    entry.picture = job.job.output;
    entry.command = applied_command(read_parameters(job.parameters, job.job.output), job.job.output);
    gallery_.push_back(std::move(entry));
  }

  const ApplyOptions& options_;
  const LoadedModels& models_;
  Ledger& ledger_;
  Console& console_;
  spdlog::logger& log_;
  std::vector<GalleryEntry> gallery_;
};

std::vector<FolderJob> jobs_of(const ApplyOptions& options, const std::string& name_of_content) {
  std::vector<FolderJob> jobs;
  for (FolderJob& job : jobs_of_each_picture(options.sources, name_of_content)) {
    if (options.shard.holds(job.name)) jobs.push_back(std::move(job));
  }
  return jobs;
}

int apply_to_folder(const ApplyOptions& options, const LoadedModels& models, Console& console, spdlog::logger& log) {
  const Described described(options);
  std::vector<FolderJob> jobs = jobs_of(options, described.name_of(described.options().sources.content));
  std::vector<fs::path> outputs;
  std::vector<NamedFile> others = files_with(described.table(), OptionFacts::ReadsFile);
  for (const FolderJob& job : jobs) {
    outputs.push_back(job.output);
    others.push_back({"a photo", job.inputs.front().file});
    others.push_back({"an output", job.output});
  }
  const std::vector<NamedFile> records = files_with(described.table(), OptionFacts::WritesFile);
  check_distinct(records, others);
  prepare_outputs(options.sources.output_folder, outputs, options.write, /*tells_finished=*/!options.force);
  for (const NamedFile& record : records) {
    check_writable(record.file, {.replaces_protected = options.force, .needs_room = true});
  }
  for (const fs::path& folder : folders_of(outputs)) remove_abandoned_files(folder);

  Ledger ledger({options.report, options.fail_fast, options.messages.quiet}, static_cast<int64_t>(jobs.size()),
                console);
  FolderPainter painter(options, models, ledger, console, log);
  painter.run(std::move(jobs));
  console.clear_status();
  ledger.tell_totals();
  if (!options.gallery.empty() && !StopSignals::requested()) {
    make_gallery(options.gallery, painter.gallery(), within_budget(options.read, options.memory, options.device),
                 options.messages.quiet, console);
  }
  return ledger.exit_code();
}

int make_texture(const ApplyOptions& options, const LoadedModels& models, spdlog::logger& log) {
  const AppliedPhoto texture = painted_texture(options, models);
  if (!texture.picture.colour.defined()) return kInterrupted;
  write_painted(texture, {}, options, models, [&log](const std::string& sentence) { log.warn("{}", sentence); });
  if (!options.messages.quiet) print_line(texture.output.string());
  return 0;
}

int apply_to_one(const ApplyOptions& options, const LoadedModels& models, spdlog::logger& log) {
  const WarningSink warn = [&log](const std::string& sentence) { log.warn("{}", sentence); };
  const fs::path& file = options.sources.content.front();
  const fs::path& output = options.sources.output_folder;
  PickedStyles styles = picked_styles(options, models, file.stem().string());
  AppliedPhoto photo = decode_photo(load_file(file), file, output, std::move(styles), options, warn);
  if (!paint_photo(photo, options, models)) return kInterrupted;
  write_painted(photo, file, options, models, warn);
  if (!options.messages.quiet) print_line(output.string());
  return 0;
}

}  // namespace

int run(const ApplyOptions& options) {
  if (options.is_single()) {
    if (!options.is_texture() && fs::is_directory(options.sources.content.front())) {
      reject("--output is " + quoted(options.sources.output_folder) + ", one picture, but --content " +
             quoted(options.sources.content.front()) + " is a folder; give --output a folder");
    }
    const Described described(options);
    std::vector<NamedFile> written = files_with(described.table(), OptionFacts::WritesFile);
    written.push_back({described.name_of(described.options().sources.output_folder), options.sources.output_folder});
    check_distinct(written, files_with(described.table(), OptionFacts::ReadsFile));
    check_picture_writable(options.sources.output_folder, options.write);
    remove_abandoned_files(options.sources.output_folder.parent_path());
  }
  return logged_run(options.messages, Stopping::DropsPicture, [&](Console& console, spdlog::logger& log) {
    use_threads(options.device.threads, &log);
    MachineOptions machine;
    machine.device = options.device;
    const ComputeDevice device = set_up_machine(machine, {}, log).choice.device;
    const LoadedModels models = load_models(options.models, device);
    check_styles(options, models);
    if (options.is_texture()) return make_texture(options, models, log);
    if (options.is_stream()) return apply_to_stream(options, models);
    return options.is_single() ? apply_to_one(options, models, log) : apply_to_folder(options, models, console, log);
  });
}

}  // namespace styler::app
