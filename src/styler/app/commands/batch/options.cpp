#include "styler/app/commands/batch/options.hpp"

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {

void describe(OptionTable& table, JobSources& sources) {
  table.heading("Pictures");
  describe_content(table, sources);
  table.paths("--style", "DIR|GLOB|LIST...", sources.style, "Paintings, named like the photos")
      .is(OptionFacts::ReadsFile)
      .brief("Paintings, named like the photos");
  table
      .path("--pairs", sources.pairs,
            "Instead of every photo with every painting: a file with a photo and a painting per line, between them a "
            "tab")
      .is(OptionFacts::ReadsFile);
  describe_recursive(table, sources);
  table.path("-o,--output", sources.output_folder, "Folder for the pictures; made if it is not there")
      .type("DIR")
      .completes(Option::Completes::Folders)
      .brief("Folder for the pictures");
  describe_names(table, sources, "{content}, {style}, {ext}, {content_ext} and {style_ext}");
}

void BatchOptions::describe(OptionTable& table) {
  app::describe(table, sources);
  table.heading("Course of the batch");
  describe_course(table, *this);
  app::describe(table, settings, JobScope::Batch);
}

void BatchOptions::settle(const OptionTable& table, const std::vector<std::string>& /*arguments*/) {
  settle_course(table);
  settings.write.replaces_protected = force;
}

void JobSources::validate() const {
  if (output_folder.empty()) reject("--output is needed: the folder of a batch's pictures");
  const bool given = !content.empty() && !style.empty();
  const bool none_given = content.empty() && style.empty();
  if (!pairs.empty() && !none_given) {
    reject("--pairs " + quoted(pairs) + " names contents and styles; leave out --content and --style, or --pairs");
  }
  if (pairs.empty() && !given) {
    reject("a batch needs --content and --style, or a list of both: --pairs");
  }
}

void BatchOptions::validate() const {
  sources.validate();
  if (settings.is_texture()) {
    reject("--size is " + size_text(settings.texture) +
           ", but a batch's photos keep their shapes; give the long edge alone");
  }
  validate_course(/*tells_finished=*/!settings.metadata.none);
  if (!settings.style_scales.empty()) {
    reject("--style-scale is " + decimals_text(settings.style_scales) +
           " but must be one number here, since each picture of a batch has one style");
  }
  settings.validate_settings();
}

}  // namespace styler::app
