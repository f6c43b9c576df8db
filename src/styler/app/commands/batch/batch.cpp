#include <filesystem>
#include <set>

#include "styler/app/cli/described.hpp"
#include "styler/app/commands/batch/gallery_entries.hpp"
#include "styler/app/commands/batch/ledger.hpp"
#include "styler/app/commands/batch/options.hpp"
#include "styler/app/commands/batch/pipeline.hpp"
#include "styler/app/folders/folder_jobs.hpp"
#include "styler/app/folders/outputs.hpp"
#include "styler/app/gallery/page.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/inputs/inputs.hpp"
#include "styler/app/session/console.hpp"
#include "styler/app/session/session.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/file/atomic_file.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// The files that the batch's own options with one of these facts name.
std::vector<NamedFile> files_named_by(const BatchOptions& options, OptionFacts facts) {
  return files_with(Described(options).table(), facts);
}

/// Checks everything that would make every job fail, and makes the output folder.
void check_outputs(const BatchOptions& options, const std::vector<BatchJob>& jobs) {
  prepare_outputs(options.sources.output_folder, outputs_of(jobs), options.settings.write,
                  /*tells_finished=*/!options.force);
  for (const NamedFile& record : files_named_by(options, OptionFacts::WritesFile)) {
    check_writable(record.file, {.replaces_protected = options.force, .needs_room = true});
  }
}

void check_records(const BatchOptions& options, const std::vector<BatchJob>& jobs) {
  const std::vector<NamedFile> records = files_named_by(options, OptionFacts::WritesFile);
  std::vector<NamedFile> others = files_named_by(options, OptionFacts::ReadsFile);
  std::set<fs::path> photos;
  std::set<fs::path> paintings;
  for (const BatchJob& job : jobs) {
    if (photos.insert(job.content).second) others.push_back({"a photo", job.content});
    if (paintings.insert(job.style).second) others.push_back({"a painting", job.style});
    others.push_back({"an output", job.output});
  }
  check_distinct(records, others);
}

int batch(const BatchOptions& options, Console& console, spdlog::logger& log) {
  use_threads(options.settings.machine.device.threads, &log);
  const WarningSink warn = [&log](const std::string& sentence) { log.warn("{}", sentence); };
  const std::vector<BatchJob> jobs = jobs_of_shard(list_jobs(options.sources, warn), options.shard);
  check_records(options, jobs);
  check_outputs(options, jobs);
  check_start(options.settings);
  for (const fs::path& folder : folders_of(outputs_of(jobs))) remove_abandoned_files(folder);

  const Machine machine = set_up_machine(options.settings.machine, networks_of(options.settings), log);
  BatchLedger ledger(options, static_cast<int64_t>(jobs.size()), console);
  BatchPipeline(options, machine, ledger, console, log).run(jobs);
  console.clear_status();

  ledger.tell_totals();
  if (!options.gallery.empty() && !StopSignals::requested()) {
    const JobOptions& settings = options.settings;
    make_gallery(options.gallery, gallery_entries(ledger.outcomes()),
                 within_budget(settings.read, settings.stylize.memory, settings.machine.device),
                 settings.messages.quiet, console);
  }
  return ledger.exit_code();
}

}  // namespace

int run(const BatchOptions& options) {
  return logged_run(options.settings.messages, Stopping::DropsPicture,
                    [&](Console& console, spdlog::logger& log) { return batch(options, console, log); });
}

}  // namespace styler::app
