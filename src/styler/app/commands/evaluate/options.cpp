#include "styler/app/commands/evaluate/options.hpp"

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

void describe_pictures(OptionTable& table, EvaluateOptions& o) {
  table.heading("Pictures");
  table
      .paths("--results", "DIR|GLOB|LIST...", o.results,
             "Pictures to judge: a folder, a pattern, or a .txt file with one name per line; several are compared")
      .is(ReadsFile | Reported)
      .brief("Pictures to judge; several folders are compared");
  table
      .paths("--content", "DIR|GLOB|LIST...", o.content,
             "Their photos: found by the hash that styler's own pictures carry, by name, or as the only one")
      .is(ReadsFile | Reported)
      .brief("Their photos");
  table.paths("--style", "DIR|GLOB|LIST...", o.style, "Their paintings, found like the photos")
      .is(ReadsFile | Reported)
      .brief("Their paintings");
  table
      .path("--pairs", o.pairs,
            "Instead of finding them: a file with a result, its photo and its painting per line, with tabs between")
      .is(ReadsFile | Reported);
  table
      .paths("--against", "DIR|FILE.npz...", o.against,
             "Pictures to compare each folder of results with as a whole, or their statistics")
      .is(ReadsFile | Reported)
      .brief("Pictures, or their statistics, to compare folders with");
  table.flag("--recursive", o.recursive, "Look into the folders of folders, too").is(Reported);
}

void describe_figures(OptionTable& table, EvaluateOptions& o) {
  table.heading("Figures");
  table
      .whole("--size", o.size,
             "Long edge in pixels at which pictures are looked at; larger ones are shrunk, smaller ones stay")
      .is(Reported)
      .brief("Long edge at which pictures are looked at [512]");
  table
      .whole("--subset-size", o.subset_size,
             "Pictures in each subset of the kernel distance, at most as many as there are")
      .is(Reported);
  table.whole("--seed", o.seed, "Seed of the subsets and directions that distances are taken over").is(Reported);
}

void describe_scores(OptionTable& table, EvaluateOptions& o) {
  table.heading("Records and messages");
  table.path("--report", o.report, "Write every figure with its definition to this JSON file")
      .is(WritesFile)
      .brief("Write all figures to this JSON file");
  table.path("--csv", o.csv, "Write a line of figures for each picture to this file").is(WritesFile);
  table
      .path("--page", o.page,
            "Write an HTML page that shows the pictures beside their photos and paintings, the worst ones first")
      .is(WritesFile)
      .brief("Write an HTML page of the pictures, worst first");
  table
      .path("--statistics", o.statistics,
            "Keep mean and covariance of --against in this file, which --against takes the next time, and pytorch-fid")
      .type("FILE.npz")
      .is(WritesFile);
  table.flag("--force", o.force, "Replace files that are write-protected");
}

}  // namespace

bool EvaluateOptions::against_statistics() const {
  return against.size() == 1 && against.front().extension() == ".npz";
}

void EvaluateOptions::describe(OptionTable& table) {
  describe_pictures(table, *this);
  describe_figures(table, *this);
  app::describe(table, read);
  table.refuse("--precision", "figures, which are computed in float32; leave it out");
  describe_place(table, machine);
  describe_limit(table, memory);
  describe_scores(table, *this);
  app::describe(table, messages);
}

void EvaluateOptions::validate() const {
  if (results.empty())
    reject("--results is needed: the pictures to judge, such as the folder that a batch has painted");
  if (content.empty() && style.empty() && pairs.empty() && against.empty()) {
    reject(
        "--results alone has nothing to be compared with; name photos (--content), paintings (--style), a list of "
        "both (--pairs), or a folder to compare with as a whole (--against)");
  }
  if (!pairs.empty() && (!content.empty() || !style.empty())) {
    reject("--pairs " + quoted(pairs) + " names photos and paintings; leave out --content and --style, or --pairs");
  }
  for (const std::filesystem::path& source : against) {
    if (source.extension() == ".npz" && against.size() > 1) {
      reject("--against " + quoted(source) + " is statistics, which nothing can be added to; give it alone");
    }
  }
  if (!statistics.empty() && (against.empty() || against_statistics())) {
    reject("--statistics " + quoted(statistics) + " keeps those of --against, which must be a folder of pictures");
  }
  check_between("--size", size, 16, kLargestSize);
  check_between("--subset-size", subset_size, 2, 100'000);
  read.validate();
  machine.device.validate();
  memory.validate();
  messages.validate();
}

}  // namespace styler::app
