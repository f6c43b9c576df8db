#include "styler/app/commands/evaluate/films.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/app/cli/described.hpp"
#include "styler/app/films/bytes.hpp"
#include "styler/app/films/film_figures.hpp"
#include "styler/app/films/film_page.hpp"
#include "styler/app/films/survey.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/session/progress_line.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/rescue.hpp"
#include "styler/base/text/lower_case.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/version.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/options/frame_pattern.hpp"
#include "styler/video/open_film.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 17> kFilmEndings{".mp4", ".m4v",  ".mov", ".mkv", ".webm", ".avi",
                                                        ".mpg", ".mpeg", ".ts",  ".mts", ".m2ts", ".mxf",
                                                        ".ogv", ".flv",  ".wmv", ".3gp", ".vob"};

/// Where values stand in the table.
constexpr size_t kFigureColumn = 26;

bool names_film(const fs::path& name) {
  return FramePattern::is_pattern(name) ||
         std::ranges::find(kFilmEndings, lower_case_extension(name)) != kFilmEndings.end();
}

/// Films have none of what pictures are compared with.
void check_film_options(const EvaluateOptions& options) {
  const Described described(options);
  for (const fs::path& film : options.results) {
    if (names_film(film)) continue;
    reject("--results names films and " + quoted(film) + ", which is none; judge films and pictures one by one");
  }
  const auto refuse = [&](const auto& member, bool is_given) {
    if (!is_given) return;
    reject(described.name(member) + " is of pictures, but --results " + quoted(options.results.front()) +
           " is a film, which is judged beside --content; leave it out");
  };
  refuse(&EvaluateOptions::style, !options.style.empty());
  refuse(&EvaluateOptions::against, !options.against.empty());
  refuse(&EvaluateOptions::pairs, !options.pairs.empty());
  refuse(&EvaluateOptions::statistics, !options.statistics.empty());
  if (options.content.size() != options.results.size() && options.content.size() != 1) {
    reject("--content names " + std::to_string(options.content.size()) + " films for " +
           std::to_string(options.results.size()) + " results; name the film of each, or one for all");
  }
  if (options.results.size() > 1 && !options.page.empty()) {
    reject("--page shows one film, but --results names " + std::to_string(options.results.size()) +
           "; make a page of each by itself");
  }
}

struct FilmScore {
  fs::path result, content;
  FilmReadOptions reading;
  std::vector<FrameRecord> frames;
};

/// Nothing where a signal stopped it.
std::optional<FilmScore> judged_film(const fs::path& result, const fs::path& content, const EvaluateOptions& options,
                                     ProgressLine* progress, const WarningSink& warn) {
  FilmScore score{result, content, {}, {}};
  FilmReadOptions& reading = score.reading;
  reading.max_pixels = options.read.max_pixels;
  const Size own = open_film(result, reading)->info().size;
  reading.long_edge = std::min(own.long_edge(), options.size);
  const auto go_on = [&](const std::string& what, int64_t frame) {
    if (progress != nullptr) progress->update(what + ": frame " + std::to_string(frame));
    return !StopSignals::requested();
  };
  const FilmSurvey survey =
      survey_film(content, reading, [&](int64_t frame) { return go_on("looking for shots", frame); });
  const auto painted = open_film(result, reading, warn);
  const auto film = open_film(content, reading, warn);
  FilmJudge judge;
  while (!StopSignals::requested()) {
    const auto shown = painted->next();
    const auto original = film->next();
    if (!shown || !original) {
      if (shown.has_value() != original.has_value()) {
        warn("of " + quoted(result) + " and " + quoted(content) + " one has more frames; " +
             std::to_string(score.frames.size()) + " are judged");
      }
      break;
    }
    FrameRecord record;
    record.index = shown->index;
    record.film_seconds = shown->seconds;
    record.begins_shot = survey.begins_shot(record.index);
    record.repeats = original->repeats;
    const Size size = picture_size(shown->picture.colour);
    judge.judge(record, resized(original->picture.colour, size), as_bytes(shown->picture.colour));
    score.frames.push_back(record);
    go_on("judging " + result.filename().string(), record.index + 1);
  }
  if (StopSignals::requested()) return std::nullopt;
  return score;
}

json film_report_json(const EvaluateOptions& options, const std::vector<FilmScore>& scores) {
  json films = json::array();
  for (const FilmScore& score : scores) {
    json frames = json::array();
    for (const FrameRecord& frame : score.frames) frames.push_back(record_json(frame));
    films.push_back({{"result", score.result.string()},
                     {"content", score.content.string()},
                     {"figures", film_figures_json(score.frames)},
                     {"frames", std::move(frames)}});
  }
  return {{"styler", program_version()},
          {"options", values_json(Described(options).table(), OptionFacts::Reported)},
          {"films", std::move(films)}};
}

std::string film_csv(const std::vector<FilmScore>& scores) {
  std::string text = "result,frame,time,warping_error,warping_error_of_film,long_term_error,sharpness\n";
  for (const FilmScore& score : scores) {
    for (const FrameRecord& frame : score.frames) {
      const auto number = [](bool known, double value) { return "," + (known ? decimal_text(value) : std::string()); };
      const PairFigures pair = frame.pair.value_or(PairFigures());
      std::string name = score.result.string();
      for (size_t at = name.find('"'); at != std::string::npos; at = name.find('"', at + 2)) name.insert(at, 1, '"');
      text += '"' + name + "\"," + std::to_string(frame.index + 1) + number(true, frame.film_seconds) +
              number(frame.pair.has_value(), pair.warping_error) + number(frame.pair.has_value(), pair.floor) +
              number(frame.long_term.has_value(), frame.long_term.value_or(PairFigures()).warping_error) +
              number(true, frame.sharpness) + "\n";
    }
  }
  return text;
}

}  // namespace

bool names_films(const EvaluateOptions& options) { return std::ranges::any_of(options.results, names_film); }

int evaluate_films(const EvaluateOptions& options, Console& console, spdlog::logger& log) {
  check_film_options(options);
  const WarningSink warn = [&log](const std::string& sentence) { log.warn("{}", sentence); };
  ProgressLine progress(console, seconds_now);
  std::vector<FilmScore> scores;
  for (size_t i = 0; i < options.results.size(); ++i) {
    const fs::path& content = options.content.size() == 1 ? options.content.front() : options.content[i];
    auto score = judged_film(options.results[i], content, options, options.messages.quiet ? nullptr : &progress, warn);
    if (!score) return kInterrupted;
    scores.push_back(std::move(*score));
  }
  progress.end_part();
  console.clear_status();
  if (!options.report.empty()) {
    write_file_or_rescue(options.report, json_text(film_report_json(options, scores), 2) + "\n", "the report");
  }
  if (!options.csv.empty()) write_file_or_rescue(options.csv, film_csv(scores), "the table");
  if (!options.page.empty()) {
    write_film_page(options.page, {scores.front().result, scores.front().reading, scores.front().frames}, warn);
  }
  if (options.messages.quiet) return 0;
  for (const FilmScore& score : scores) {
    print_line(score.result.string() + ": " + std::to_string(score.frames.size()) + " frames");
    const json figures = film_figures_json(score.frames);
    for (const auto& [name, value] : figures.items()) {
      const std::string shown = value.is_null() ? "-" : number_text(value.get<double>());
      std::string line = "  " + name;
      line.append(kFigureColumn - std::min(kFigureColumn - 1, name.size()), ' ').append(shown);
      print_line(line);
    }
  }
  return 0;
}

}  // namespace styler::app
