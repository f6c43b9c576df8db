#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/cli/described.hpp"
#include "styler/app/commands/evaluate/films.hpp"
#include "styler/app/commands/evaluate/judge.hpp"
#include "styler/app/commands/evaluate/options.hpp"
#include "styler/app/commands/evaluate/record.hpp"
#include "styler/app/commands/evaluate/scores_page.hpp"
#include "styler/app/commands/evaluate/set_figures.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/session/session.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/rescue.hpp"

namespace styler::app {
namespace {

/// Before minutes go into figures that could not be kept.
void check_score_files(const EvaluateOptions& options) {
  const Described described(options);
  const std::vector<NamedFile> written = files_with(described.table(), OptionFacts::WritesFile);
  check_distinct(written, files_with(described.table(), OptionFacts::ReadsFile));
  for (const NamedFile& file : written) {
    if (file.file.empty()) continue;
    check_writable(file.file, {.replaces_protected = options.force, .needs_room = true});
    remove_abandoned_files(file.file.parent_path());
  }
}

void write_scores(const EvaluateOptions& options, const Scores& scores, spdlog::logger& log) {
  if (!options.report.empty()) {
    write_file_or_rescue(options.report, json_text(report_json(options, scores), 2) + "\n", "the report");
  }
  if (!options.csv.empty()) write_file_or_rescue(options.csv, csv_text(scores), "the table");
  if (options.page.empty()) return;
  for (const std::string& sentence : write_scores_page(options.page, scores, options)) log.warn("{}", sentence);
}

}  // namespace

int run(const EvaluateOptions& options) {
  check_score_files(options);
  return logged_run(options.messages, Stopping::DropsPicture, [&](Console& console, spdlog::logger& log) {
    use_threads(options.machine.device.threads, &log);
    if (names_films(options)) return evaluate_films(options, console, log);
    const std::optional<Scores> scores = judged(options, console, log);
    if (!scores) return kInterrupted;
    write_scores(options, *scores, log);
    if (!options.messages.quiet) {
      for (const std::string& line : score_table(*scores, set_figure_infos(options))) print_line(line);
    }
    return scores->skipped() > 0 ? kUserError : 0;
  });
}

}  // namespace styler::app
