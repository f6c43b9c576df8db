#include <algorithm>
#include <optional>
#include <utility>

#include "styler/app/commands/sweep/options.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/job.hpp"
#include "styler/app/job/observers/progress.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/score.hpp"
#include "styler/app/session/console.hpp"
#include "styler/app/session/session.hpp"
#include "styler/core/stylize/fine_style.hpp"
#include "styler/image/contact_sheet.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

std::string label(const Variation& variation, size_t index) { return variation.option + " " + variation.values[index]; }

ContactSheet empty_sheet(const SweepOptions& options) {
  ContactSheet sheet;
  const std::vector<Variation>& variations = options.variations;
  for (size_t i = 0; i < variations[0].values.size(); ++i) sheet.columns.push_back(label(variations[0], i));
  if (variations.size() == 2) {
    for (size_t i = 0; i < variations[1].values.size(); ++i) sheet.rows.push_back(label(variations[1], i));
  } else {
    sheet.rows.emplace_back();
  }
  sheet.pictures.resize(options.pictures.size());
  if (options.score) sheet.captions.resize(options.pictures.size());
  return sheet;
}

/// Whether the two have the same values of all options with this fact.
bool agree(const JobOptions& a, const JobOptions& b, OptionFacts fact) {
  return option_values(a, fact) == option_values(b, fact);
}

/// A file that is missing or too small is told of before the first picture is painted, not after the eighth.
void check_inputs(const SweepOptions& options, const ContactSheet& sheet) {
  const std::vector<JobOptions>& pictures = options.pictures;
  JobInput input;
  Size place;
  for (size_t i = 0; i < pictures.size(); ++i) {
    if (i == 0 || !agree(pictures[i], pictures[i - 1], OptionFacts::ReadsPictures)) {
      input = read_inputs(pictures[i], {});
    }
    check_pictures(input.pictures, pictures[i]);
    const Size size = finest_size(pictures[i], original_size(input.pictures));
    place = {std::max(place.height, size.height), std::max(place.width, size.width)};
  }
  check_picture_size(options.settings.output, drawn_size(sheet, place));
}

std::string name_of_picture(const SweepOptions& options, const ContactSheet& sheet, size_t index) {
  return sheet.columns[index % sheet.columns.size()] + (options.variations.size() == 2 ? ", " : "") +
         sheet.rows[index / sheet.columns.size()];
}

int sweep(const SweepOptions& options, Console& console, spdlog::logger& log) {
  use_threads(options.settings.machine.device.threads, &log);
  ContactSheet sheet = empty_sheet(options);
  check_inputs(options, sheet);
  const WarningSink warn = [&log](const std::string& sentence) { log.warn("{}", sentence); };
  const bool is_quiet = options.settings.messages.quiet;
  const PaintListeners listeners{log, is_quiet ? ProgressMaker() : progress_on(console)};
  std::optional<Machine> machine;
  std::optional<PictureScorer> scorer;
  if (options.score) scorer.emplace(options.settings.machine, log);
  for (size_t i = 0; i < options.pictures.size(); ++i) {
    const JobOptions& picture = options.pictures[i];
    const std::string name = name_of_picture(options, sheet, i);
    if (!is_quiet) {
      console.line("picture " + std::to_string(i + 1) + "/" + std::to_string(options.pictures.size()) + ": " + name);
    }
    log.info("picture {}: {}", i + 1, name);

    Job job = Job::read(picture, warn);
    job.check(warn);
    if (!machine || !agree(picture, options.pictures[i - 1], OptionFacts::SetsUpNetwork)) {
      machine.reset();  // two networks at once would take twice the memory
      machine = set_up_machine(picture.machine, networks_of(picture), log);
    }
    const StylizeInput from = scorer ? job.input().pictures : StylizeInput();  // painting lets go of them
    job.paint(*machine, listeners);
    sheet.pictures[i] = job.picture();
    if (scorer) {
      sheet.captions[i] = score_text(scorer->of(job.picture(), from));
      if (!is_quiet) console.line(sheet.captions[i]);
    }
    // After each, so that one can watch, and that nothing is lost when a later one fails.
    write_picture_or_rescue(drawn(sheet), options.settings.output, options.settings.write, {}, warn);
    if (job.record().stopped) return job.record().exit_code;
  }
  return 0;
}

}  // namespace

int run(const SweepOptions& options) {
  for (const JobOptions& picture : options.pictures) check_files(picture);
  return logged_run(options.settings.messages, Stopping::SavesPicture, [&](Console& console, spdlog::logger& log) {
    const int exit_code = sweep(options, console, log);
    if (!options.settings.messages.quiet) {
      console.clear_status();
      print_line(options.settings.output.string());
    }
    return exit_code;
  });
}

}  // namespace styler::app
