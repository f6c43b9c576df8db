#include "styler/app/commands/apply/options.hpp"

#include <cmath>
#include <string>

#include "styler/app/job/options/region_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/options/train/generator_options.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

/// Edges of what a generator of ours paints are multiples of this.
constexpr int64_t kTextureUnit = 4;
constexpr const char* kNamesAsTheyAre = "{content}.{content_ext}";

void describe_pictures(OptionTable& table, ApplyOptions& o) {
  table.heading("Pictures");
  table
      .paths(
          "--model", "FILE.styler...", o.models,
          "Generator to paint with, as styler train leaves it; models/painting.styler comes with the program; or one "
          "for each region")
      .is(NamesPicture | ReadsFile)
      .brief("Generator, as styler train leaves it");
  describe_content(table, o.sources);
  table
      .path("-o,--output", o.sources.output_folder,
            "Picture to write, or a folder for the pictures, which is made if it is not there; '-' with --content - "
            "paints "
            "frames from standard input to standard output: PPM, as ffmpeg's image2pipe writes and reads it")
      .type("FILE|DIR")
      .brief("Picture to write, or a folder for them");
  describe_recursive(table, o.sources);
  describe_names(table, o.sources, "{content}, {ext} and {content_ext}");
  const auto take_size = [&o](const std::string& value) {
    const auto shape = parse_shape(value);
    const auto size = shape ? shape->long_edge() : parse_size(value);
    o.texture = shape.value_or(Size{});
    o.size = size.value_or(o.size);
    return size.has_value();
  };
  const auto size_told = [&o] {
    if (o.texture.width > 0) return OptionValue(size_text(o.texture));
    return o.size == 0 ? OptionValue("original") : OptionValue(o.size);
  };
  table
      .text(
          "--size", "N|WxH|original", size_told, take_size,
          "a whole number of pixels, at least 1, 'original' for the photo's own size, or width and height of a texture "
          "as in 640x480",
          "Long edge of the result in pixels; strokes stay as large as they are, so a smaller size has larger ones. Of "
          "a texture both edges, or WxH")
      .of(&o.size)
      .is(DecidesPicture)
      .brief("Long edge in pixels [original]");
  table
      .choice("--color", o.colour, kColourModes,
              "Whose colours: the painting's (style); the photo's, of which only light and dark is painted "
              "(luminance); or the painting's, given the mean and covariance (match) or the histogram of the photo's")
      .is(DecidesPicture)
      .brief("Whose colours: style, luminance, match, histogram", "WORD");
}

void describe_styles(OptionTable& table, ApplyOptions& o) {
  table.heading("Pictures");
  table
      .paths(
          "--pick", "STYLE...", o.picks,
          "Of a model of several styles the one to paint, by its name or number, or 'random' for another one with each "
          "photo, which stays where it was and keeps its name; the first if none is named. Of several models one each, "
          "or one for all")
      .is(NamesPicture)
      .completes(Option::Completes::Nothing)
      .brief("Which of the model's styles, or 'random'");
  table
      .numbers(
          "--style-blend", "W,W...", [&o] { return OptionValue(decimals_text(o.style_blend)); },
          [&o](const std::string& value) {
            const auto shares = parse_decimals(value);
            o.style_blend = shares.value_or(o.style_blend);
            return shares.has_value();
          },
          "a number for each style of the model, as in 3,1", "Blend the model's styles in these shares, one each")
      .of(&o.style_blend)
      .is(NamesPicture);
  const auto take_strength = [&field = o.strength](const std::string& value) {
    const auto strength = parse_decimal(value);
    field = strength.value_or(field);
    return strength && *strength >= 0 && *strength <= kMostStrength;
  };
  table
      .text(
          "--strength", "X", [&o] { return o.strength == 1 ? OptionValue(std::string()) : OptionValue(o.strength); },
          take_strength, "a number from 0, the photo, over 1, the style, to 1.2, which is more than it",
          "How much of the style, for models that were trained with --with-strength")
      .of(&o.strength)
      .default_text("1")
      .is(NamesPicture);
  table.whole("--seed", o.seed, "Seed of --pick random, or of a texture: with another one it is another")
      .is(ShownWithPicture)
      .idle_if([&o] { return !o.picks_at_random() && !o.is_texture(); },
               "does nothing without --pick random; add it or leave the seed out");
  table
      .flag("--tileable", o.tileable,
            "Of a model of textures: make one that fits beside itself on every side, for floors, walls and games")
      .is(ShownWithPicture)
      .idle_if([&o] { return !o.is_texture(); }, "is for textures, which have no --content; leave one of the two out");
}

void validate_styles(const ApplyOptions& options) {
  if (!options.style_blend.empty()) {
    if (!options.picks.empty()) {
      reject("--pick and --style-blend contradict each other: one style is painted, or a blend of all; leave one out");
    }
    if (options.models.size() > 1) {
      reject("--style-blend is for one model, but --model names " + std::to_string(options.models.size()) +
             "; leave it out, or give each a style with --pick");
    }
    double sum = 0;
    for (const double share : options.style_blend) {
      if (share < 0)
        reject("--style-blend is " + decimals_text(options.style_blend) +
               " but must be 0 or more each; use 0 for a style that is left out");
      sum += share;
    }
    if (sum <= 0) {
      reject("--style-blend is " + decimals_text(options.style_blend) +
             " but one must be above 0; name shares as in 3,1, or leave it out");
    }
    if (!std::isfinite(sum)) {
      reject("--style-blend is " + decimals_text(options.style_blend) +
             " but their sum must be a number; use smaller ones of the same proportions, as in 3,1");
    }
  }
  if (options.picks.size() > 1 && options.picks.size() != options.models.size()) {
    reject("--pick names " + counted(options.picks.size(), "style") + ", but --model " +
           counted(options.models.size(), "generator") + "; give one for each, or one for all");
  }
}

void describe_frames(OptionTable& table, ApplyOptions& o) {
  table
      .text(
          "--raw", "WxH", [&o] { return OptionValue(o.raw_frames ? size_text(*o.raw_frames) : std::string()); },
          [&o](const std::string& value) {
            o.raw_frames = parse_shape(value);
            return o.raw_frames.has_value();
          },
          "a width and height in pixels, such as 640x480",
          "Frames of a stream are nothing but pixels of 8 bits (rgb24), and so large")
      .of(&o.raw_frames)
      .idle_if([&o] { return !o.is_stream(); }, "does nothing without --content - -o -; add these or leave it out");
}

/// Options that files have and frames of a stream have not.
void refuse_with_stream(const OptionTable& table) {
  for (const char* const key : {"name", "recursive", "format", "content-regions", "report", "gallery", "shard",
                                "skip-existing", "force", "fail-fast", "bit-depth", "quality", "dither", "background",
                                "keep-metadata", "keep-gps", "no-metadata", "allow-truncated"}) {
    const Option* const option = table.find(key);
    STYLER_ASSERT(option != nullptr);
    if (option->given()) {
      reject(option->long_name() + " is for files, but --output is -, a stream of frames; leave it out");
    }
  }
}

void describe_model_regions(OptionTable& table, ApplyOptions& o) {
  table.heading("Pictures");
  table
      .path(
          "--content-regions", o.content_regions,
          "Map of the photo, a picture in which each colour is a region, with soft borders if you like; a region that "
          "no --model-regions names stays the photo")
      .is(NamesPicture | ReadsFile);
  table
      .paths("--model-regions", "#rrggbb...", o.model_regions,
             "For each --model the region that it paints, as a colour of that map in quotes")
      .is(NamesPicture);
}

void validate_model_regions(const ApplyOptions& options) {
  const size_t models = options.models.size(), regions = options.model_regions.size();
  if (options.content_regions.empty()) {
    if (regions > 0) {
      reject("--model-regions does nothing without --content-regions; add a map of the photo or leave it out");
    }
    if (models > 1) {
      reject("--model names " + std::to_string(models) +
             " generators; name one, or say with --content-regions and --model-regions where each of them paints");
    }
    return;
  }
  if (!options.is_single()) {
    reject("--content-regions is a map of one photo, but --output is " + quoted(options.sources.output_folder) +
           ", a folder; name one picture, or leave the map out");
  }
  if (regions != models) {
    reject("--model-regions names " + counted(regions, "region") + ", but --model " + counted(models, "generator") +
           "; give one for each, in their order");
  }
  for (const std::filesystem::path& word : options.model_regions) {
    if (!names_colour(word) || !parse_colour(word.string())) {
      reject("--model-regions is " + quoted(word) + " but must be a colour of the map, as #rrggbb, in quotes");
    }
  }
}

/// A texture is one picture of its own size, without a photo's forms, colours or regions.
void validate_texture(const ApplyOptions& options) {
  if (!options.is_single()) {
    reject("--output is " + quoted(options.sources.output_folder) +
           " but a texture is one picture; name it, as in -o texture.png, or name photos with --content");
  }
  if (options.colour != ColourMode::Style) {
    reject("--color is " + std::string(kColourModes.word(options.colour)) +
           " but there is no photo whose colours these could be; leave it out, or name one with --content");
  }
  if (!options.content_regions.empty()) {
    reject("--content-regions is a map of a photo, but there is none; leave it out, or name one with --content");
  }
  const Size size = options.texture_size();
  if (options.tileable && (size.width % kTextureUnit != 0 || size.height % kTextureUnit != 0)) {
    reject("--size is " + size_text(size) + " but edges of a texture that is --tileable must be multiples of " +
           std::to_string(kTextureUnit) + "; take the next ones");
  }
}

}  // namespace

bool ApplyOptions::is_single() const { return names_picture(sources.output_folder); }

void ApplyOptions::describe(OptionTable& table) {
  describe_pictures(table, *this);
  describe_model_regions(table, *this);
  describe_styles(table, *this);
  describe_frames(table, *this);
  table.heading("Many pictures");
  describe_course(table, *this);
  app::describe(table, write);
  app::describe(table, metadata);
  app::describe(table, read);
  describe_notes(table, metadata);
  describe_precision(table, device);
  describe_processors(table, device);
  describe_limit(table, memory);
  app::describe(table, messages);
}

void ApplyOptions::settle(const OptionTable& table, const std::vector<std::string>& /*arguments*/) {
  settle_course(table);
  write.replaces_protected = force;
  if (is_stream()) refuse_with_stream(table);
  if (picks_at_random() && !is_single() && !is_stream()) {  // a data set, whose folders and names are its labels
    sources.recursive = true;
    if (!table.of(sources.name).given() && !table.of(sources.extension).given()) sources.name = kNamesAsTheyAre;
  }
  if (is_single()) {
    for (const Option* option : {&table.of(sources.name), &table.of(sources.recursive), &table.of(sources.extension)}) {
      if (option->given()) {
        reject(option->long_name() + " is for a folder of pictures, but --output names one; leave it out");
      }
    }
  }
}

void ApplyOptions::validate() const {
  if (models.empty()) {
    reject("--model is needed: a generator, as in --model models/painting.styler; styler train makes one");
  }
  if (is_texture() && size == 0) {
    reject(
        "--content is needed: the photo to paint, or a folder of photos; for a texture, of a model of these, --size");
  }
  if (sources.output_folder.empty()) reject("--output is needed: the picture to write, or a folder for the pictures");
  if (is_texture()) validate_texture(*this);
  if (!is_texture() && texture.width > 0) {
    reject("--size is " + size_text(texture) +
           " but a photo keeps its shape; give its long edge alone, or leave --content out for a texture");
  }
  const bool reads_stream = sources.content.size() == 1 && sources.content.front() == "-";
  if (is_stream() != reads_stream) {
    reject("--content is " + quoted(sources.content.front()) + " and --output " + quoted(sources.output_folder) +
           "; a stream of frames wants - for both, and files for neither");
  }
  if (is_single() && sources.content.size() > 1) {
    reject("--output is " + quoted(sources.output_folder) + ", one picture, but --content names " +
           std::to_string(sources.content.size()) + "; give it a folder");
  }
  validate_model_regions(*this);
  validate_styles(*this);
  validate_course(/*tells_finished=*/!metadata.none || is_single() || is_stream());
  read.validate();
  write.validate();
  metadata.validate();
  device.validate();
  memory.validate();
  messages.validate();
}

}  // namespace styler::app
