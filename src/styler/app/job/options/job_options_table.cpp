#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/job/options/effort_options.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/options/region_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

constexpr const char* kPictures = "Pictures";
constexpr const char* kLook = "Look";
constexpr const char* kRecords = "Records and messages";
constexpr const char* kLongRuns = "Long runs";

constexpr OptionFacts kInput = NamesPicture | ReadsPictures;

constexpr const char* kOneMap = "a batch, since a map belongs to one photo; paint these pictures one by one";
constexpr const char* kOneFilmPainting = "a film; paint one with the painting whose strokes you want";
constexpr const char* kOnePainting =
    "a batch, which paints with one painting at a time; paint these pictures one by one";

/// What does nothing where the style counts for nothing.
Option& without_effect_at_no_strength(Option& option, const ObjectiveOptions& objective) {
  return option.idle_if([&objective] { return objective.strength == 0; },
                        "does nothing at --strength 0; leave one of them out");
}

void describe_inputs(OptionTable& table, JobOptions& o) {
  table.heading(kPictures);
  table.path("--content", o.content, "Photo whose forms are kept; without one the result is a texture")
      .is(kInput | ReadsFile)
      .brief("Photo whose forms are kept");
  table
      .paths("--style", "FILE|DIR...", o.styles,
             "Painting whose colours and strokes are taken, or several of them; the pictures of a folder are one "
             "style, all with equal shares")
      .is(kInput)
      .brief("Painting whose style is taken, or several");
}

void describe_several_styles(OptionTable& table, JobOptions& o) {
  table.heading(kPictures);
  without_effect_at_no_strength(
      table.path(
          "--fine-style", o.fine_style,
          "Painting whose fine strokes are taken, while --style gives the larger forms; painted onto that first"),
      o.stylize.objective)
      .is(kInput | SetsUpNetwork | ReadsFile);
  table
      .path("--content-regions", o.content_regions,
            "Map of the photo, a picture in which each colour is a region, with soft borders if you like; a region "
            "that no --style-regions names stays the photo")
      .is(kInput | ReadsFile);
  table
      .paths("--style-regions", "FILE|#rrggbb...", o.style_regions,
             "For each --style the region that it is for, as a colour of that map in quotes; or a map of the painting "
             "in these colours, so that each region takes after its like")
      .is(kInput | ReadsFile)
      .files([&o] {
        std::vector<std::filesystem::path> maps = o.style_regions;
        std::erase_if(maps, names_colour);
        return maps;
      });
}

void describe_output(OptionTable& table, JobOptions& o) {
  table.heading(kPictures);
  table.path("-o,--output", o.output, "Picture to write: .png, .jpg, .tif, .webp, .bmp or .ppm")
      .is(NamesPicture | OfWholeSheet | WritesFile)
      .brief("Picture to write: .png, .jpg, .tif, .webp …");
}

/// `640x480` for a texture that is no square, `original`, or a number.
OptionValue size_value(const JobOptions& o) {
  if (o.is_texture() && o.texture.height != o.texture.width) return size_text(o.texture);
  const int64_t size = o.stylize.schedule.size;
  return size == 0 ? OptionValue("original") : OptionValue(size);
}

void describe_shape(OptionTable& table, JobOptions& o, JobScope scope) {
  table.heading(kPictures);
  const auto take_size = [&o](const std::string& value) {
    const auto shape = parse_shape(value);
    const auto size = shape ? shape->long_edge() : parse_size(value);
    o.texture = shape.value_or(Size{});
    o.stylize.schedule.size = size.value_or(o.stylize.schedule.size);
    return size.has_value();
  };
  table
      .text(
          "--size", "N|WxH|original", [&o] { return size_value(o); }, take_size,
          "a whole number of pixels, at least 1, 'original' for the photo's own size, or width and height of a texture "
          "as in 640x480",
          "Long edge of the result in pixels; without a photo both edges, or WxH")
      .of(&o.stylize.schedule.size)
      .is(Look | ReadsPictures)
      .brief("Long edge in pixels [" + long_edge_text(o.stylize.schedule.size) + "]");
  if (scope == JobScope::Batch || scope == JobScope::Film) {
    table.refuse("--tileable", std::string(scope == JobScope::Film ? "a film" : "a batch") +
                                   ", which makes no textures; leave it out");
    return;
  }
  table
      .flag("--tileable", o.stylize.schedule.tileable,
            "Make a texture that fits beside itself on every side, for floors, walls and games")
      .is(Look | SetsUpNetwork);
}

void describe_objective(OptionTable& table, JobOptions& o, JobScope scope) {
  ObjectiveOptions& objective = o.stylize.objective;
  table.heading(kLook);
  // First of those that touch the objective and the coarse style: what is given explicitly is taken afterwards and so
  // wins.
  table
      .choice(
          "--preset", kPresets.words(), [&o] { return std::string(kPresets.word(o.preset)); },
          [&o](const std::string& word) { o.take(*kPresets.find(word)); },
          "Loss constants, weights and layers to start from: this program's, those of Johnson's tool, or those of the "
          "paper; options given beside it win")
      .is(Look);
  table.decimal("--content-weight", objective.content_weight, "How much the photo's forms count")
      .is(Look | NeedsPhoto)
      .idle_if([&objective] { return objective.strength == 1; }, "does nothing at --strength 1; leave one of them out");
  const bool is_over_time = scope == JobScope::Film;  // whose own options have style and strength
  if (!is_over_time) {
    without_effect_at_no_strength(
        table.decimal("--style-weight", objective.style_weight, "How much the painting's style counts"), objective)
        .is(Look);
  }
  without_effect_at_no_strength(
      table.decimal("--tv-weight", objective.tv_weight, "How much smoothness counts (total variation)"), objective)
      .is(Look);
  table.decimal("--range-weight", objective.range_weight, "How firmly values are kept where a file can hold them")
      .is(Look);
  if (!is_over_time) {
    table
        .decimal(
            "--strength", objective.strength,
            "One dial from 0, the photo as it is, to 1, the style alone; up to 0.25 a tint that grows, and 0.5 leaves "
            "the weights as they stand")
        .is(Look | NeedsPhoto)
        .identity([&objective]() -> OptionValue {  // another picture than earlier versions painted with that number
          if (objective.opacity() == 1) return objective.strength;
          return decimal_text(objective.strength) + " over the photo";
        })
        .brief("From 0, the photo, to 1, the style [" + decimal_text(objective.strength) + "]");
  }
  describe_layers(table, "--content-layers", objective.content_layers,
                  "Layers of VGG19 that hold the content, each with an optional weight")
      .is(Look | NeedsPhoto | SetsUpNetwork);
  describe_layers(table, "--style-layers", objective.style_layers,
                  "Layers of VGG19 that hold the style, as in relu1_1:0.2,relu2_1")
      .is(Look | SetsUpNetwork);
  without_effect_at_no_strength(
      table.choice("--style-loss", objective.style_loss, kStyleLosses,
                   "How a layer's features are compared with the painting's: by Gram matrix, with the mean as well, as "
                   "Gaussians, by Gram matrix and histograms, or sorted along many directions"),
      objective)
      .is(Look);
}

void describe_network(OptionTable& table, JobOptions& o) {
  table.heading(kLook);
  table.choice("--pooling", o.pooling, kPoolings, "How the network halves its features").is(Look | SetsUpNetwork);
  table
      .choice("--padding", o.stylize.objective.padding, kEdgePaddings,
              "What the network's first layers find beyond the picture's border: nothing, which leaves contrast there "
              "and is what other tools do, or the picture continued")
      .is(Look | SetsUpNetwork)
      .idle_if([&o] { return o.stylize.schedule.tileable; },
               "does nothing beside --tileable, which continues the picture by its opposite side; leave it out");
}

void describe_strokes(OptionTable& table, JobOptions& o) {
  table.heading(kLook);
  const auto take_scales = [&o](const std::string& text) {
    const auto scales = parse_decimals(text);
    if (!scales) return false;
    const bool for_all = scales->size() == 1;
    o.stylize.style_scale = for_all ? scales->front() : 1.0;
    o.style_scales = for_all ? std::vector<double>() : *scales;
    return true;
  };
  without_effect_at_no_strength(
      table.numbers(
          "--style-scale", "X[,X...]",
          [&o] {
            return o.style_scales.empty() ? OptionValue(o.stylize.style_scale)
                                          : OptionValue(decimals_text(o.style_scales));
          },
          take_scales, "a number, or one for each style with commas between them",
          "Size of the painting relative to the photo's, so of its strokes; it is never enlarged beyond its own. For "
          "several styles one number for all, or one for each"),
      o.stylize.objective)
      .of(&o.style_scales)
      .is(Look | ReadsPictures)
      .brief("Size of the strokes [" + decimal_text(o.stylize.style_scale) + "]");
  without_effect_at_no_strength(
      table.decimal("--coarse-style", o.stylize.schedule.coarse_style,
                    "Share of --style-weight at all sizes but the last, and in the first third of its iterations: 1 "
                    "lets the painting's own things in, less keeps the photo's forms; 1 with other presets"),
      o.stylize.objective)
      .is(Look | NeedsPhoto);
}

void describe_blend(OptionTable& table, JobOptions& o, JobScope scope) {
  if (scope == JobScope::Batch) {
    table.refuse("--style-blend", kOnePainting);
    table.refuse("--style-blend-by", kOnePainting);
    table.refuse("--fine-style", kOnePainting);
    table.refuse("--content-regions", kOneMap);
    table.refuse("--style-regions", kOneMap);
    return;
  }
  if (scope == JobScope::Film) {
    table.refuse("--fine-style", kOneFilmPainting);
  }
  table.heading(kLook);
  const auto take_shares = [&field = o.style_shares](const std::string& text) {
    const auto shares = parse_decimals(text);
    field = shares.value_or(field);
    return shares.has_value();
  };
  without_effect_at_no_strength(
      table.numbers(
          "--style-blend", "X,X...", [&o] { return decimals_text(o.style_shares); }, take_shares,
          "a number for each style with commas between them", "Shares of several styles, one for each --style"),
      o.stylize.objective)
      .of(&o.style_shares)
      .default_text("equal")
      .is(Look | ReadsPictures);
  without_effect_at_no_strength(
      table.choice("--style-blend-by", o.stylize.objective.style_blend, kStyleBlends,
                   "How several styles become one: a picture between them, or near to each of them; the second lets "
                   "paintings of weak contrast count for more"),
      o.stylize.objective)
      .is(Look | ReadsPictures);
}

void describe_start(OptionTable& table, JobOptions& o) {
  table.heading(kLook);
  table
      .choice("--color", o.stylize.colour, kColourModes,
              "Whose colours: the painting's (style); the photo's, of which only light and dark is painted "
              "(luminance); or the painting's, given the mean and covariance (match) or the histogram of the photo's")
      .is(Look | NeedsPhoto)
      .brief("Whose colours: style, luminance, match, histogram", "WORD");
  const auto take_init = [&o](const std::string& word) {
    o.init = word == kInits.word(Init::Content) ? Init::Content
             : word == kInits.word(Init::Noise) ? Init::Noise
                                                : Init::Picture;
    o.init_file = o.init == Init::Picture ? word : "";
    return !word.empty();
  };
  table
      .text(
          "--init", "content|noise|FILE",
          [&o] { return o.init == Init::Picture ? o.init_file.string() : std::string(kInits.word(o.init)); }, take_init,
          "content, noise or the name of a picture",
          "Where the optimisation starts: from the photo, from noise, which is what there is without one, from a "
          "picture, or "
          "from what a generator (FILE.styler) makes of the photo")
      .of(&o.init)
      .identity([&o] { return std::string(kInits.word(o.init)); })  // a picture's bytes count, not its name
      .is(Look | ReadsPictures | ReadsFile)
      .completes(Option::Completes::Files)
      .files([&o] { return std::vector{o.init_file}; });
  table.whole("--seed", o.stylize.seed, "Seed of --init noise").is(Look);
}

void describe_records(OptionTable& table, JobOptions& o, JobScope scope) {
  table.heading(kRecords);
  if (scope == JobScope::Picture) {
    table.path("--report", o.report, "Write options, choices, losses and times to this JSON file")
        .is(Reported | WritesFile);
  }
  const auto take_count = [&field = o.save_every](const std::string& value) {
    const auto count = parse_whole(value);
    field = count.value_or(field);
    return count && *count >= 1;
  };
  table
      .text(
          "--save-every", "N", [&o] { return o.save_every; }, take_count, "a whole number, at least 1",
          "Also save the picture every N iterations, beside the output: out.png gives out_s2_0050.png for iteration 50 "
          "of the second scale")
      .default_text(o.save_every == 0 ? "never" : std::to_string(o.save_every))
      .is(Reported | OfWholeSheet);
  if (scope == JobScope::Batch) return;  // whose own --force makes every picture again
  table.flag("--force", o.write.replaces_protected, "Replace files that are write-protected").is(OfWholeSheet);
}

void describe_long_runs(OptionTable& table, JobOptions& o) {
  table.heading(kLongRuns);
  table.path("--preview", o.preview, "Replace this picture every few seconds by the one in work, to watch it grow")
      .is(Reported | WritesFile);
  table
      .path("--checkpoint", o.checkpoint,
            "Keep in this file what it takes to go on, should the run be killed; a large one: 60 bytes per pixel, and "
            "24 more for each step that L-BFGS remembers")
      .is(Reported | WritesFile);
  describe_interval(table, o.checkpoint_every, o.checkpoint, "iterations");
  table
      .path("--resume", o.resume,
            "Go on from this checkpoint; everything that decides the picture must be as it was. The file stays")
      .is(Reported);
}

}  // namespace

Option& describe_layers(OptionTable& table, const std::string& names, std::vector<WeightedLayer>& layers,
                        const std::string& help) {
  const auto take = [&layers](const std::vector<std::string>& texts) {
    std::vector<WeightedLayer> parsed;
    parsed.reserve(texts.size());
    for (const std::string& text : texts) parsed.push_back(WeightedLayer::parse(text));
    layers = std::move(parsed);
  };
  return table.list(
      names, "LAYER[:X],...", [&layers] { return layers_text(layers); }, take,
      "one layer of VGG19 or more with commas between them, as in relu1_1:0.2,relu2_1", help);
}

void describe_interval(OptionTable& table, CheckpointInterval& every, const std::filesystem::path& checkpoint,
                       const std::string& unit) {
  const auto take = [&every](const std::string& value) {
    const auto interval = parse_checkpoint_interval(value);
    every = interval.value_or(every);
    return interval.has_value();
  };
  table
      .text(
          "--checkpoint-every", "N|TIME", [&every] { return checkpoint_interval_text(every); }, take,
          "a whole number of " + unit + ", at least 1, or a time such as 90s, 10m or 1h30m",
          "How often: every N " + unit + ", or a time such as 90s, 10m, 1h30m")
      .is(Reported)
      .idle_if([&checkpoint] { return checkpoint.empty(); },
               "does nothing without --checkpoint; add --checkpoint FILE or leave it out");
}

void describe(OptionTable& table, JobOptions& o, JobScope scope) {
  if (scope == JobScope::Picture || scope == JobScope::Sheet) {
    describe_inputs(table, o);
    describe_several_styles(table, o);
    describe_output(table, o);
  }
  describe_shape(table, o, scope);
  describe_objective(table, o, scope);
  describe_network(table, o);
  describe_strokes(table, o);
  describe_blend(table, o, scope);
  describe_start(table, o);
  describe(table, o.stylize.schedule);
  describe(table, o.stylize.optimizer);
  describe_precision(table, o.machine.device);
  if (scope == JobScope::Film) {  // whose files are no pictures
    describe(table, o.read);
  } else {
    describe(table, o.write);
    describe(table, o.metadata);
    describe(table, o.read);
    describe_notes(table, o.metadata);
  }
  describe_place(table, o.machine);
  describe(table, o.stylize.memory);
  if (scope == JobScope::Picture || scope == JobScope::Film) {
    table
        .flag("--dry-run", o.dry_run,
              "Print how the work would be done from its start, the memory and the time it would take, and end; writes "
              "nothing but --log-file, whatever else is named, and needs no --output")
        .brief("Tell memory and time that it would take, and end");
  }
  if (scope != JobScope::Film) describe_records(table, o, scope);
  if (scope == JobScope::Picture) describe_long_runs(table, o);
  describe(table, o.messages);
}

}  // namespace styler::app
