#include "styler/app/commands/batch/options.hpp"

#include <CLI/CLI.hpp>

#include "styler/app/cli/option_binder.hpp"
#include "styler/app/job/options/style_options.hpp"
#include "styler/base/error.hpp"

namespace styler::app {
namespace {

/// Any text but none.
std::function<bool(const std::string&)> taken_by(std::string& field) {
  return [&field](const std::string& value) {
    field = value;
    return !value.empty();
  };
}

void bind_sources(OptionBinder& binder, BatchOptions& options) {
  JobSources& sources = options.sources;
  binder.group("Pictures");
  const char* const what = "a folder, a pattern in quotes, a list or a picture";
  binder.text("--content", "DIR|GLOB|LIST", "", taken_by(sources.content), what,
              "Photos: a folder, a pattern in quotes ('trip/*.jpg'), or a .txt file with one name per line");
  binder.text("--style", "DIR|GLOB|LIST", "", taken_by(sources.style), what, "Paintings, named like the photos");
  binder.path("--pairs", sources.pairs,
              "Instead of every photo with every painting: a file with a photo and a painting per line, between them a "
              "tab");
  binder.flag("--recursive", sources.recursive, "Search folders with all that is below them");
  binder.path("-o,--output", sources.output_folder, "Folder for the pictures; made if it is not there")
      ->type_name("DIR");
  binder.text("--name", "NAME", sources.name, taken_by(sources.name), "the form of a file's name",
              "What outputs are called: {content}, {style}, {ext}, {content_ext} and {style_ext} are filled in");
  binder.choice("--format", {"png", "jpg", "tif", "webp", "bmp", "ppm"}, sources.extension, "What {ext} stands for");
}

void bind_course(OptionBinder& binder, BatchOptions& options) {
  binder.group("Course of the batch");
  binder.flag("--skip-existing", options.skip_existing,
              "Leave alone what is there already, made of the same files with the same options [the default]");
  binder.flag("--force", options.force, "Make every picture again");
  binder.flag("--fail-fast", options.fail_fast, "End at the first picture that fails, instead of going on");
  binder.text(
      "--shard", "I/N", "1/1",
      [&field = options.shard](const std::string& value) {
        field = parse_shard(value);
        return true;
      },
      "", "Do only part I of N, so that N machines share the work");
  binder.path("--report", options.report, "Add a line of JSON for each picture to this file, as it ends");
  binder.path("--gallery", options.gallery, "Write a page with all pictures that opens in a browser")
      ->type_name("FILE.html");
}

}  // namespace

void bind_options(CLI::App& app, BatchOptions& options) {
  OptionBinder binder(app);
  bind_sources(binder, options);
  bind_course(binder, options);
  bind_settings(binder, options.settings);
}

void BatchOptions::validate() const {
  sources.validate();
  if (settings.is_texture()) {
    reject("--size is " + size_text(settings.texture) +
           ", but a batch's photos keep their shapes; give the long edge alone");
  }
  if (settings.no_metadata && !force) {
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
    reject("--style-scale is " + style_scale_text(settings) +
           " but must be one number here, since each picture of a batch has one style");
  }
  settings.validate_settings();
}

}  // namespace styler::app
