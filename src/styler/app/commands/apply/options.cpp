#include "styler/app/commands/apply/options.hpp"

#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

void describe_pictures(OptionTable& table, ApplyOptions& o) {
  table.heading("Pictures");
  table
      .path("--model", o.model,
            "Generator to paint with, as styler train leaves it; models/painting.styler comes with the program")
      .type("FILE.styler")
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

}  // namespace

bool ApplyOptions::is_single() const { return names_picture(sources.output_folder); }

void ApplyOptions::describe(OptionTable& table) {
  describe_pictures(table, *this);
  table.heading("Many pictures");
  describe_course(table, *this);
  app::describe(table, write);
  app::describe(table, metadata);
  app::describe(table, read);
  describe_notes(table, metadata);
  describe_precision(table, device);
  table.refuse("--device", "generators, which paint on the processor; leave it out");
  describe_threads(table, device);
  describe_limit(table, memory);
  app::describe(table, messages);
}

void ApplyOptions::settle(const OptionTable& table, const std::vector<std::string>& /*arguments*/) {
  device.device = "cpu";
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
  if (model.empty()) {
    reject("--model is needed: a generator, as in --model models/painting.styler; styler train makes one");
  }
  if (sources.content.empty()) reject("--content is needed: the photo to paint, or a folder of photos");
  if (sources.output_folder.empty()) reject("--output is needed: the picture to write, or a folder for the pictures");
  if (is_single() && sources.content.size() > 1) {
    reject("--output is " + quoted(sources.output_folder) + ", one picture, but --content names " +
           std::to_string(sources.content.size()) + "; give it a folder");
  }
  validate_course(/*tells_finished=*/!metadata.none || is_single());
  read.validate();
  write.validate();
  metadata.validate();
  device.validate();
  memory.validate();
  messages.validate();
}

}  // namespace styler::app
