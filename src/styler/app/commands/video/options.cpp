#include "styler/app/commands/video/options.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "styler/app/cli/over_time_option.hpp"
#include "styler/app/films/options/encoding_options.hpp"
#include "styler/app/job/options/region_options.hpp"
#include "styler/app/job/options/style_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/options/frame_pattern.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

constexpr const char* kFilms = "Films";
constexpr const char* kFrames = "From frame to frame";
constexpr const char* kFilmRuns = "Long runs";

/// Frames are kept for as long as another may look at them.
constexpr int64_t kFarthestRelation = 250;
constexpr size_t kMostRelations = 8;
/// All frames of a group lie in memory.
constexpr int64_t kMostKeyframeEvery = 60;
constexpr int64_t kMostPasses = 16;

std::string relations_text(const std::vector<int64_t>& relations) {
  std::string text;
  for (const int64_t relation : relations) text += (text.empty() ? "" : ",") + std::to_string(relation);
  return text;
}

/// Whole numbers with commas between them, each more than the one before it.
std::optional<std::vector<int64_t>> parse_relations(const std::string& text) {
  std::vector<int64_t> relations;
  for (const std::string_view part : parts_of(text, ',')) {
    const auto relation = parse_whole(part);
    if (!relation || *relation < 1 || *relation > kFarthestRelation) return std::nullopt;
    if (!relations.empty() && *relation <= relations.back()) return std::nullopt;
    relations.push_back(*relation);
  }
  return relations.size() <= kMostRelations ? std::optional(relations) : std::nullopt;
}

/// Whether the content tells no times: a folder or a pattern.
bool are_pictures(const std::filesystem::path& content) {
  std::error_code unknown;
  return FramePattern::is_pattern(content) || std::filesystem::is_directory(content, unknown);
}

/// `120=painted.png`
std::optional<PaintedFile> parse_painted_file(const std::string& text) {
  const size_t sign = text.find('=');
  const auto frame = parse_whole(std::string_view(text).substr(0, sign));
  if (sign == std::string::npos || sign + 1 == text.size() || !frame || *frame < 1) return std::nullopt;
  return PaintedFile{*frame, text.substr(sign + 1)};
}

std::vector<std::string> painted_file_texts(const std::vector<PaintedFile>& files) {
  std::vector<std::string> texts;
  texts.reserve(files.size());
  for (const PaintedFile& file : files) texts.push_back(std::to_string(file.frame) + "=" + file.file.string());
  return texts;
}

void take_painted_files(const std::vector<std::string>& texts, std::vector<PaintedFile>& files) {
  std::vector<PaintedFile> taken;
  for (const std::string& text : texts) {
    const auto file = parse_painted_file(text);
    if (!file)
      reject("--keyframe is " + styler::quoted(text) +
             " but must be a frame's number and its picture, as in 120=painted.png");
    const auto same = std::ranges::find(taken, file->frame, &PaintedFile::frame);
    if (same != taken.end()) {
      reject("--keyframe names frame " + std::to_string(file->frame) + " twice; leave one of them out");
    }
    taken.push_back(*file);
  }
  files = std::move(taken);
}

void describe_moment(OptionTable& table, const std::string& name, double& seconds, const std::string& help,
                     const std::string& otherwise) {
  const auto take = [&seconds](const std::string& text) {
    const auto moment = parse_seconds(text);
    seconds = moment.value_or(seconds);
    return moment && *moment >= 0;
  };
  table.text(
           name, "TIME", [&seconds] { return seconds; }, take, "seconds or a time such as 2.5, 90s or 1m30s", help)
      .default_text(otherwise)
      .is(DecidesPicture);
}

void describe_films(OptionTable& table, VideoOptions& o) {
  table.heading(kFilms);
  table
      .path("--content", o.content,
            "Film to paint; or a folder of pictures, or a pattern of their names such as frames/%05d.png")
      .type("FILM|DIR|PATTERN")
      .is(NamesPicture)
      .brief("Film to paint, or pictures such as in/%05d.png", "FILM");
  table
      .paths("--style", "FILE|DIR...", o.settings.styles,
             "Painting whose style is taken, or several of them; the pictures of a folder are one style")
      .is(NamesPicture)
      .brief("Painting whose style is taken, or several");
  table
      .path(
          "--model", o.model,
          "Paint with this generator, as styler train leaves it, instead of with a --style: in a fraction of a second "
          "for each frame")
      .type("FILE.styler")
      .is(NamesPicture | ReadsFile)
      .brief("Generator to paint with instead");
  table
      .text("--pick", "STYLE", o.pick, "the name or number of a style",
            "Of a --model of several styles the one to paint, by its name or number; the first if none is named. "
            "--style-blend mixes them")
      .is(NamesPicture)
      .idle_if([&o] { return o.model.empty(); }, "is of a --model of several styles; name one, or leave it out");
  table
      .path("-o,--output", o.output,
            "Film to write: .mp4, .mkv, .mov or .webm, with the sound and all else of --content; or a pattern of "
            "pictures' names such as out/%05d.png")
      .type("FILM|PATTERN")
      .is(NamesPicture | WritesFile)
      .brief("Film to write, or pictures such as out/%05d.png", "FILM");
  describe_moment(table, "--start", o.film.start, "Leave out what is shown before this moment", "the beginning");
  describe_moment(table, "--end", o.film.end, "Leave out what is shown from this moment on", "the end");
  table
      .decimal("--frame-rate", o.film.frame_rate,
               "Frames a second of pictures that are a film; a film's own frames have their own times")
      .is(DecidesPicture)
      .idle_if(
          [&o] { return !are_pictures(o.content); },
          "is of pictures that are a film, but --content is a film, whose frames have their own times; leave it out");
  table.flag("--no-sound", o.without_sound, "Leave the film's sound out")
      .is(DecidesPicture)
      .idle_if([&o] { return FramePattern::is_pattern(o.output); },
               "does nothing where --output is a pattern of pictures, which have no sound; leave it out");
}

void describe_temporal(OptionTable& table, VideoOptions& o) {
  table.heading(kFrames);
  describe_over_time(
      table, "--temporal-weight", o.temporal_weight, o.temporal_weight_over_time,
      "How firmly a frame keeps to what the frames before it lead to expect: 0 flickers, more holds paint on "
      "things")
      .is(DecidesPicture)
      .brief("How firmly paint stays on things [" + decimal_text(o.temporal_weight) + "]");
  const auto take_relations = [&o](const std::string& text) {
    const auto relations = parse_relations(text);
    o.relations = relations.value_or(o.relations);
    return relations.has_value();
  };
  table
      .numbers(
          "--relations", "N[,N...]", [&o] { return relations_text(o.relations); }, take_relations,
          "up to " + std::to_string(kMostRelations) + " whole numbers from 1 to " + std::to_string(kFarthestRelation) +
              ", each more than the one before",
          "How many frames back those lie that a frame is held near to: with 1,15,40 what was hidden for a while comes "
          "back as it was painted, at a little more time")
      .is(DecidesPicture);
  const auto take_count = [](int64_t& field, int64_t most = kMostIterations) {
    return [&field, most](const std::string& text) {
      const auto count = parse_whole(text);
      field = count.value_or(field);
      return count && *count >= 1 && *count <= most;
    };
  };
  table
      .text(
          "--frame-iterations", "N", [&o] { return o.frame_iterations; }, take_count(o.frame_iterations),
          "a whole number, at least 1",
          "Iterations of a frame that begins from the one before it; --iterations are of a shot's first frame. Where "
          "much comes into view there are more")
      .is(DecidesPicture)
      .idle_if([&o] { return !o.model.empty(); },
               "is of the optimiser, but --model paints; use --refine N, or leave one of them out");
  table
      .text(
          "--refine", "N", [&o] { return o.refine; }, take_count(o.refine), "a whole number, at least 1",
          "Go over what --model has painted with N iterations of the optimiser, which needs --style too")
      .default_text("none")
      .is(DecidesPicture)
      .idle_if([&o] { return o.model.empty(); },
               "goes over what a generator has painted, but there is no --model; name one, or leave it out");
  table
      .text(
          "--flow-pattern", "PATTERN", o.flow_pattern, "a name with [%d] and {%d} in it",
          "Take motion from .flo files instead of finding it: 'backward_[%d]_{%d}.flo' says where the pixels of frame "
          "[%d] are in frame {%d}, counted from 1; for the way to a later frame 'backward' becomes 'forward'")
      .is(DecidesPicture);
  table
      .text("--flow-weight-pattern", "PATTERN", o.flow_weight_pattern, "a name with [%d] and {%d} in it",
            "Take how far each pixel of --flow-pattern's motion can be relied on from pictures, "
            "'reliable_[%d]_{%d}.pgm', "
            "where white is wholly")
      .is(DecidesPicture)
      .idle_if([&o] { return o.flow_pattern.empty(); },
               "does nothing without --flow-pattern; add it, or leave this one out");
  table
      .repeated(
          "--keyframe", "N=FILE",
          [&o](const std::vector<std::string>& words) { take_painted_files(words, o.keyframes); },
          "Frame N, counted from 1, as you have painted it: it stays so, and the frames around it take after it; may "
          "be "
          "given several times")
      .of(&o.keyframes)
      .as([&o] { return OptionValue(painted_file_texts(o.keyframes)); })
      .is(NamesPicture | ReadsFile)
      .completes(Option::Completes::Files)
      .files([&o] {
        std::vector<std::filesystem::path> files;
        files.reserve(o.keyframes.size());
        for (const PaintedFile& painted : o.keyframes) files.push_back(painted.file);
        return files;
      });
  table
      .text(
          "--keyframe-every", "N", [&o] { return o.keyframe_every; }, take_count(o.keyframe_every, kMostKeyframeEvery),
          "a whole number from 1 to " + std::to_string(kMostKeyframeEvery),
          "Paint every N-th frame of a shot from the last such one, and those between from both with a third of the "
          "iterations: several times as fast, and less drift; 1 paints each from the one before")
      .is(DecidesPicture);
  table
      .text(
          "--passes", "N", [&o] { return o.passes; }, take_count(o.passes, kMostPasses),
          "a whole number from 1 to " + std::to_string(kMostPasses),
          "How often frames are gone over, in turns backwards and forwards, with half of the iterations: what comes "
          "into "
          "view late is painted before, too")
      .is(DecidesPicture);
  table
      .flag("--loop", o.loop,
            "Let the last frames go over into the first one, so that the film can be shown again and again without a "
            "leap")
      .is(DecidesPicture);
}

void describe_look(OptionTable& table, VideoOptions& o) {
  table.heading("Look");
  ObjectiveOptions& objective = o.settings.stylize.objective;
  describe_over_time(table, "--style-weight", objective.style_weight, o.style_weight_over_time,
                     "How much the painting's style counts")
      .is(Look)
      .idle_if([&objective] { return objective.strength == 0; }, "does nothing at --strength 0; leave one of them out");
  describe_over_time(
      table, "--strength", objective.strength, o.strength_over_time,
      "One dial from 0, the film as it is, to 1, the style alone; up to 0.25 the film shows through, and "
      "0.5 leaves the weights as they stand")
      .is(Look)
      .brief("From 0, the film, to 1, the style [" + decimal_text(objective.strength) + "]", "X");
}

void describe_film_regions(OptionTable& table, VideoOptions& o) {
  table.heading(kFilms);
  table
      .path("--content-regions", o.settings.content_regions,
            "Map of the film's first frame, a picture in which each colour is a region; it is carried along by what "
            "moves, through one shot. A region that no --style-regions names stays the film")
      .is(NamesPicture | ReadsFile);
  table
      .paths("--style-regions", "FILE|#rrggbb...", o.settings.style_regions,
             "For each --style the region that it is for, as a colour of that map in quotes; or a map of the painting "
             "in these colours")
      .is(NamesPicture | ReadsFile)
      .files([&o] {
        std::vector<std::filesystem::path> maps = o.settings.style_regions;
        std::erase_if(maps, names_colour);
        return maps;
      });
}

void describe_film_runs(OptionTable& table, VideoOptions& o) {
  table.heading(kFilmRuns);
  table
      .flag("--resume", o.resume,
            "Go on with a film that was stopped or killed, from what lies beside --output in a folder of its name with "
            ".parts behind; the film is the same as in one run")
      .brief("Go on with a film that was stopped");
  table.flag("--force", o.force, "Begin anew although an unfinished film of this name is there, and remove it")
      .is(Reported);
  table.path("--preview", o.preview, "Replace this picture every few seconds by the newest frame, to watch")
      .is(Reported | WritesFile);
  table
      .path("--report", o.report,
            "Write options, shots, and what each frame is like to this JSON file: losses, how much it flickers beside "
            "the film itself, sharpness, colour")
      .is(Reported | WritesFile);
  table
      .path("--page", o.page,
            "Write one HTML page with the plot of each figure over the film's time and small frames below it")
      .is(Reported | WritesFile);
}

void validate_painters(const VideoOptions& o) {
  if (o.model.empty() && o.settings.styles.empty()) {
    reject("--style is missing: name the painting with --style FILE, or a generator with --model FILE.styler");
  }
  if (!o.model.empty() && !names_model(o.model)) {
    reject("--model is " + quoted(o.model) + " but must be a generator, FILE.styler; styler train makes one");
  }
  if (!o.optimises() && !o.settings.styles.empty()) {
    reject("--style does nothing beside --model, which has learnt one; add --refine N, or leave one of them out");
  }
  if (!o.pick.empty() && !o.settings.style_shares.empty()) {
    reject("--pick and --style-blend contradict each other: one style is painted, or a blend of all; leave one out");
  }
  if (o.refine > 0 && o.settings.styles.empty()) {
    reject("--refine needs the painting that --model has learnt; add --style FILE");
  }
}

void check_pattern(const std::string& option, const std::string& pattern, const std::string& example) {
  if (pattern.empty() || (pattern.find("[%") != std::string::npos && pattern.find("{%") != std::string::npos)) return;
  reject(option + " is " + styler::quoted(pattern) +
         " but must hold [%d] and {%d}, the frame and the other one, as in '" + example + "'");
}

}  // namespace

int64_t VideoOptions::reach() const { return std::max(relations.back(), keyframe_every); }

void VideoOptions::describe(OptionTable& table) {
  describe_films(table, *this);
  describe_temporal(table, *this);
  app::describe(table, encoding, [this] { return FramePattern::is_pattern(output); });
  describe_film_regions(table, *this);
  describe_film_runs(table, *this);
  app::describe(table, settings, JobScope::Film);
  describe_look(table, *this);
}

void VideoOptions::validate() const {
  if (content.empty()) reject("--content is missing: name the film to paint");
  if (output.empty() && !settings.dry_run) reject("--output is missing: name the film to write with --output FILE.mp4");
  validate_painters(*this);
  if (settings.is_texture()) {
    reject("--size is " + size_text(settings.texture) +
           ", but a film's frames keep their shape; give the long edge alone");
  }
  if (settings.init == Init::Picture) {
    reject("--init is " + quoted(settings.init_file) +
           ", but a film's shots begin from their own frames; use content or noise");
  }
  if (model.empty()) {
    validate_styles(settings);
  } else if (!settings.style_shares.empty()) {
    validate_shares(settings.style_shares);
  }
  for (const OverTime::Moment& moment : strength_over_time.moments()) {
    ObjectiveOptions objective = settings.stylize.objective;
    objective.strength = moment.value;
    objective.validate();
  }
  for (const OverTime::Moment& moment : style_weight_over_time.moments()) {
    check_not_negative("--style-weight", moment.value);
  }
  for (const OverTime::Moment& moment : temporal_weight_over_time.moments()) {
    check_not_negative("--temporal-weight", moment.value);
  }
  if (passes > 1 && relations.front() != 1) {
    reject("--passes is " + std::to_string(passes) + ", in which frames are brought nearer to their neighbours, but " +
           "--relations is " + relations_text(relations) + "; let it begin with 1");
  }
  if (passes > 1 && !flow_weight_pattern.empty()) {
    reject("--passes is " + std::to_string(passes) +
           ", which go backwards too, but --flow-weight-pattern tells of one " +
           "way alone; leave it out, so that both ways of --flow-pattern are compared");
  }
  film.validate();
  encoding.validate();
  if (!model.empty() && !settings.content_regions.empty()) {
    reject("--content-regions is of the optimiser, but --model paints; leave one of them out");
  }
  JobOptions with_content = settings;
  with_content.content = content;
  validate_regions(with_content);
  check_pattern("--flow-pattern", flow_pattern, "backward_[%d]_{%d}.flo");
  check_pattern("--flow-weight-pattern", flow_weight_pattern, "reliable_[%d]_{%d}.pgm");
  settings.validate_settings();
}

}  // namespace styler::app
