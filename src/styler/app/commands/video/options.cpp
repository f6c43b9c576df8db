#include "styler/app/commands/video/options.hpp"

#include <optional>

#include "styler/app/job/options/style_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

constexpr const char* kFilms = "Films";
constexpr const char* kFrames = "From frame to frame";
constexpr const char* kEncoding = "Encoding";
constexpr const char* kFilmRuns = "Long runs";

/// Frames are kept for as long as another may look at them.
constexpr int64_t kFarthestRelation = 250;
constexpr size_t kMostRelations = 8;

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
      .is(DecidesPicture);
  table.flag("--no-sound", o.without_sound, "Leave the film's sound out").is(DecidesPicture);
}

void describe_temporal(OptionTable& table, VideoOptions& o) {
  table.heading(kFrames);
  table
      .decimal("--temporal-weight", o.temporal_weight,
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
  const auto take_count = [](int64_t& field) {
    return [&field](const std::string& text) {
      const auto count = parse_whole(text);
      field = count.value_or(field);
      return count && *count >= 1 && *count <= kMostIterations;
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
}

void describe_encoding(OptionTable& table, VideoOptions& o) {
  table.heading(kEncoding);
  FilmWriteOptions& encoding = o.encoding;
  table
      .text("--codec", "WORD", encoding.codec, "the name of an encoder of FFmpeg's, such as libx264",
            "How the film is encoded: libx264, libx265, libsvtav1, libvpx-vp9, ffv1, prores_ks")
      .is(DecidesPicture)
      .brief("How the film is encoded [" + encoding.codec + "]");
  const auto take_crf = [&encoding](const std::string& text) {
    encoding.crf = parse_decimal(text);
    return encoding.crf.has_value();
  };
  table
      .text(
          "--crf", "X", [&encoding] { return encoding.crf ? decimal_text(*encoding.crf) : std::string(); }, take_crf,
          "a number", "Quality of the film: less is better and larger, in the codec's own steps")
      .default_text("one at which strokes stay")
      .is(DecidesPicture)
      .brief("Quality of the film: less is better");
  table
      .text("--pixel-format", "WORD", encoding.pixel_format, "a pixel format of FFmpeg's, such as yuv420p10le",
            "How colours are stored, such as yuv420p10le for 10 bits")
      .default_text("what players show")
      .is(DecidesPicture);
  table
      .repeated(
          "-e,--encoder-option", "KEY=VALUE",
          [&encoding](const std::vector<std::string>& words) { encoding.encoder_options = words; },
          "An option of the encoder, such as preset=slow or tune=grain; may be given several times")
      .of(&encoding.encoder_options)
      .as([&encoding] { return OptionValue(encoding.encoder_options); })
      .is(DecidesPicture);
  const auto take_background = [&encoding](const std::string& value) {
    const auto colour = parse_colour(value);
    encoding.background = colour.value_or(encoding.background);
    return colour.has_value();
  };
  table
      .text(
          "--background", "COLOUR", [&encoding] { return colour_text(encoding.background); }, take_background,
          "white, black, grey or #rrggbb",
          "What shows through transparent frames where the output can't be transparent")
      .is(DecidesPicture);
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
  if (o.refine > 0 && o.settings.styles.empty()) {
    reject("--refine needs the painting that --model has learnt; add --style FILE");
  }
}

}  // namespace

void VideoOptions::describe(OptionTable& table) {
  describe_films(table, *this);
  describe_temporal(table, *this);
  describe_encoding(table, *this);
  describe_film_runs(table, *this);
  app::describe(table, settings, JobScope::Film);
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
  if (!settings.styles.empty()) validate_styles(settings);
  const ObjectiveOptions& objective = settings.stylize.objective;
  if (optimises() && objective.strength > 0 && objective.opacity() < 1) {
    reject("--strength is " + decimal_text(objective.strength) +
           ", where the film shows through its paint and would do so more with each frame that begins from the one "
           "before; use 0.25 or more");
  }
  check_not_negative("--temporal-weight", temporal_weight);
  film.validate();
  encoding.validate();
  if (!flow_pattern.empty() &&
      (flow_pattern.find("[%") == std::string::npos || flow_pattern.find("{%") == std::string::npos)) {
    reject("--flow-pattern is " + styler::quoted(flow_pattern) +
           " but must hold [%d] and {%d}, the frame and the other one, as in 'backward_[%d]_{%d}.flo'");
  }
  settings.validate_settings();
}

}  // namespace styler::app
