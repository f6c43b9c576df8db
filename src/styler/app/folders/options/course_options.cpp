#include "styler/app/folders/options/course_options.hpp"

#include <string>

#include "styler/base/error.hpp"

namespace styler::app {

void describe_course(OptionTable& table, CourseOptions& course) {
  table.flag("--skip-existing", course.skip_existing,
             "Leave alone what is there already, made of the same files with the same options [the default]");
  table.flag("--force", course.force, "Make every picture again, and replace files that are write-protected");
  table.flag("--fail-fast", course.fail_fast, "End at the first picture that fails, instead of going on");
  const auto take_shard = [&field = course.shard](const std::string& value) {
    field = parse_shard(value);
    return true;
  };
  table.text(
      "--shard", "I/N",
      [&course] { return std::to_string(course.shard.index) + "/" + std::to_string(course.shard.count); }, take_shard,
      "", "Do only part I of N, so that N machines share the work");
  table.path("--report", course.report, "Add a line of JSON for each picture to this file, as it ends")
      .is(OptionFacts::WritesFile);
  table.path("--gallery", course.gallery, "Write a page with all pictures that opens in a browser")
      .type("FILE.html")
      .is(OptionFacts::WritesFile)
      .brief("Write a page with all pictures");
}

void CourseOptions::settle_course(const OptionTable& table) const {
  if (force && table.of(skip_existing).given()) {
    reject("--force and --skip-existing contradict each other; leave one of them out");
  }
}

void CourseOptions::validate_course(bool tells_finished) const {
  if (!tells_finished && !force) {
    reject(
        "--no-metadata leaves nothing in the pictures to tell finished ones by; add --force to make all of them "
        "each time, or leave it out");
  }
  if (!gallery.empty() && shard.count > 1) {
    reject(
        "--gallery shows all pictures, but --shard does only a part of them; make it at the end, by a batch without "
        "--shard, which finds everything done");
  }
}

}  // namespace styler::app
