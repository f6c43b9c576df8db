#include "styler/app/commands/apply/options.hpp"

#include <string>

#include "styler/app/job/options/region_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

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
            "Picture to write, or a folder for the pictures, which is made if it is not there")
      .type("FILE|DIR")
      .brief("Picture to write, or a folder for them");
  describe_recursive(table, o.sources);
  describe_names(table, o.sources, "{content}, {ext} and {content_ext}");
  const auto take_size = [&field = o.size](const std::string& value) {
    const auto size = parse_size(value);
    field = size.value_or(field);
    return size.has_value();
  };
  table
      .text(
          "--size", "N|original", [&o] { return o.size == 0 ? OptionValue("original") : OptionValue(o.size); },
          take_size, "a whole number of pixels, at least 1, or 'original' for the photo's own size",
          "Long edge of the result in pixels; strokes stay as large as they are, so a smaller size has larger ones")
      .is(DecidesPicture)
      .brief("Long edge in pixels [original]");
  table
      .choice("--color", o.colour, kColourModes,
              "Whose colours: the painting's (style); the photo's, of which only light and dark is painted "
              "(luminance); or the painting's, given the mean and covariance (match) or the histogram of the photo's")
      .is(DecidesPicture)
      .brief("Whose colours: style, luminance, match, histogram", "WORD");
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

}  // namespace

bool ApplyOptions::is_single() const { return names_picture(sources.output_folder); }

void ApplyOptions::describe(OptionTable& table) {
  describe_pictures(table, *this);
  describe_model_regions(table, *this);
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
  if (sources.content.empty()) reject("--content is needed: the photo to paint, or a folder of photos");
  if (sources.output_folder.empty()) reject("--output is needed: the picture to write, or a folder for the pictures");
  if (is_single() && sources.content.size() > 1) {
    reject("--output is " + quoted(sources.output_folder) + ", one picture, but --content names " +
           std::to_string(sources.content.size()) + "; give it a folder");
  }
  validate_model_regions(*this);
  validate_course(/*tells_finished=*/!metadata.none || is_single());
  read.validate();
  write.validate();
  metadata.validate();
  device.validate();
  memory.validate();
  messages.validate();
}

}  // namespace styler::app
