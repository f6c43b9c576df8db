#include "styler/app/commands/batch/options.hpp"

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

void describe_course(OptionTable& table, BatchOptions& options) {
  table.heading("Course of the batch");
  table.flag("--skip-existing", options.skip_existing,
             "Leave alone what is there already, made of the same files with the same options [the default]");
  table.flag("--force", options.force, "Make every picture again, and replace files that are write-protected");
  table.flag("--fail-fast", options.fail_fast, "End at the first picture that fails, instead of going on");
  const auto take_shard = [&field = options.shard](const std::string& value) {
    field = parse_shard(value);
    return true;
  };
  table.text(
      "--shard", "I/N",
      [&options] { return std::to_string(options.shard.index) + "/" + std::to_string(options.shard.count); },
      take_shard, "", "Do only part I of N, so that N machines share the work");
  table.path("--report", options.report, "Add a line of JSON for each picture to this file, as it ends")
      .is(OptionFacts::WritesFile);
  table.path("--gallery", options.gallery, "Write a page with all pictures that opens in a browser")
      .type("FILE.html")
      .is(OptionFacts::WritesFile)
      .brief("Write a page with all pictures");
}

}  // namespace

void describe(OptionTable& table, JobSources& sources) {
  table.heading("Pictures");
  table
      .paths(
          "--content", "DIR|GLOB|LIST...", sources.content,
          "Photos: a folder, a pattern ('trip/*.jpg', with or without quotes), or a .txt file with one name per line; "
          "or several of these")
      .is(OptionFacts::ReadsFile)
      .brief("Photos: a folder, a pattern, or a .txt list");
  table.paths("--style", "DIR|GLOB|LIST...", sources.style, "Paintings, named like the photos")
      .is(OptionFacts::ReadsFile)
      .brief("Paintings, named like the photos");
  table
      .path("--pairs", sources.pairs,
            "Instead of every photo with every painting: a file with a photo and a painting per line, between them a "
            "tab")
      .is(OptionFacts::ReadsFile);
  table.flag("--recursive", sources.recursive, "Search folders with all that is below them")
      .brief("Search folders with all below them");
  table.path("-o,--output", sources.output_folder, "Folder for the pictures; made if it is not there")
      .type("DIR")
      .completes(Option::Completes::Folders)
      .brief("Folder for the pictures");
  table.text("--name", "NAME", sources.name, "the form of a file's name",
             "What outputs are called: {content}, {style}, {ext}, {content_ext} and {style_ext} are filled in");
  const auto take_format = [&field = sources.extension](const std::string& word) { field = word; };
  table.choice(
      "--format", {"png", "jpg", "tif", "webp", "bmp", "ppm"}, [&sources] { return sources.extension; }, take_format,
      "What {ext} stands for");
}

void BatchOptions::describe(OptionTable& table) {
  app::describe(table, sources);
  describe_course(table, *this);
  app::describe(table, settings, JobScope::Batch);
}

void BatchOptions::settle(const OptionTable& table, const std::vector<std::string>& /*arguments*/) {
  if (force && table.of(skip_existing).given()) {
    reject("--force and --skip-existing contradict each other; leave one of them out");
  }
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
  if (settings.metadata.none && !force) {
    reject(
        "--no-metadata leaves nothing in the pictures to tell finished ones by; add --force to make all of them "
        "each time, or leave it out");
  }
  if (!gallery.empty() && shard.count > 1) {
    reject(
        "--gallery shows all pictures, but --shard does only a part of them; make it at the end, by a batch without "
        "--shard, which finds everything done");
  }
  if (!settings.style_scales.empty()) {
    reject("--style-scale is " + decimals_text(settings.style_scales) +
           " but must be one number here, since each picture of a batch has one style");
  }
  settings.validate_settings();
}

}  // namespace styler::app
