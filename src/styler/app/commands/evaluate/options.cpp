#include "styler/app/commands/evaluate/options.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

std::string all_figures() {
  std::string text;
  for (const std::string& word : kFigureGroups.words()) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void describe_pictures(OptionTable& table, EvaluateOptions& o) {
  table.heading("Pictures");
  table
      .paths("--results", "DIR|GLOB|LIST...", o.results,
             "Pictures to judge: a folder, a pattern, or a .txt file with one name per line; several are compared. Or "
             "films, each beside its --content")
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

/// The words of some figures, with commas between them.
std::string figures_text(const std::vector<FigureGroup>& figures) {
  std::string text;
  for (const FigureGroup figure : figures) text.append(text.empty() ? "" : ",").append(kFigureGroups.word(figure));
  return text;
}

void describe_figures(OptionTable& table, EvaluateOptions& o) {
  table.heading("Figures");
  const auto take = [&o](const std::vector<std::string>& words) {
    std::vector<FigureGroup> figures;
    for (const std::string& word : words) {
      const FigureGroup figure = kFigureGroups.parse("--figures", word);
      if (std::ranges::find(figures, figure) == figures.end()) figures.push_back(figure);
    }
    o.figures = std::move(figures);
  };
  table
      .list(
          "--figures", "WORD,...", [&o] { return figures_text(o.figures); }, take,
          "one figure or more: " + all_figures(),
          "What to compute: all that VGG19 tells, or figures of networks that you bring: " + all_figures())
      .is(Reported)
      .brief("What to compute: vgg19, fid, kid, is, lpips-alex, ...");
  table
      .choice("--fid-resize", o.fid_resize, kInceptionResizes,
              "Whose resizing fid, kid, is and fid-torchvision follow: their values differ by it")
      .is(Reported)
      .idle_if([&o] { return !o.uses(Space::Inception) && !o.uses(Space::InceptionTorchvision); },
               "does nothing without fid, kid, fid-infinity, is or fid-torchvision in --figures; leave it out");
  table.whole("--splits", o.splits, "Parts that is and is-lite0 are the mean of")
      .is(Reported)
      .idle_if([&o] { return !o.wants(FigureGroup::Is) && !o.wants(FigureGroup::IsLite0); },
               "does nothing without is or is-lite0 in --figures; leave it out");
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

/// Each figure asked for needs something to be compared with, or a photo and a painting.
void check_partners(const EvaluateOptions& o) {
  for (const FigureGroup figure : o.figures) {
    const std::string word(kFigureGroups.word(figure));
    switch (figure) {
      case FigureGroup::Fid:
      case FigureGroup::Kid:
      case FigureGroup::FidInfinity:
      case FigureGroup::FidTorchvision:
      case FigureGroup::FdLite0:
        if (o.against.empty()) {
          reject("--figures " + word +
                 " compares sets of pictures, but there is no --against; name a folder of pictures");
        }
        break;
      case FigureGroup::LpipsAlex:
      case FigureGroup::LpipsVgg:
      case FigureGroup::LpipsSqueeze:
        if (o.content.empty() && o.pairs.empty()) {
          reject("--figures " + word + " compares pictures with their photos; name these with --content or --pairs");
        }
        break;
      case FigureGroup::ArtFid:
      case FigureGroup::ArtFidInfinity:
        if ((o.content.empty() || o.style.empty()) && o.pairs.empty()) {
          reject(
              "--figures " + word +
              " compares pictures with their photos and paintings; name these with --content and --style, or --pairs");
        }
        break;
      case FigureGroup::Vgg19:
      case FigureGroup::Is:
      case FigureGroup::IsLite0:
        break;
    }
  }
}

}  // namespace

int64_t dimensions_of(Space space) {
  switch (space) {
    case Space::Vgg19:
      return 512;
    case Space::Lite0:
      return 1280;
    case Space::Inception:
    case Space::InceptionTorchvision:
    case Space::Art:
      break;
  }
  return 2048;
}

bool EvaluateOptions::wants(FigureGroup figure) const { return std::ranges::find(figures, figure) != figures.end(); }

bool EvaluateOptions::uses(Space space) const {
  const auto any_of = [this](std::initializer_list<FigureGroup> groups) {
    return std::ranges::any_of(groups, [this](FigureGroup figure) { return wants(figure); });
  };
  switch (space) {
    case Space::Vgg19:
      return wants(FigureGroup::Vgg19);
    case Space::Inception:
      return any_of({FigureGroup::Fid, FigureGroup::Kid, FigureGroup::FidInfinity, FigureGroup::Is});
    case Space::InceptionTorchvision:
      return wants(FigureGroup::FidTorchvision);
    case Space::Lite0:
      return any_of({FigureGroup::FdLite0, FigureGroup::IsLite0});
    case Space::Art:
      break;
  }
  return any_of({FigureGroup::ArtFid, FigureGroup::ArtFidInfinity});
}

std::vector<Space> EvaluateOptions::spaces() const {
  std::vector<Space> used;
  for (size_t i = 0; i < kSpaceCount; ++i) {
    if (uses(static_cast<Space>(i))) used.push_back(static_cast<Space>(i));
  }
  return used;
}

std::vector<Space> EvaluateOptions::compared_spaces() const {
  std::vector<Space> compared;
  if (against.empty()) return compared;
  for (const Space space : spaces()) {
    const bool only_scored = (space == Space::Inception && !wants(FigureGroup::Fid) && !wants(FigureGroup::Kid) &&
                              !wants(FigureGroup::FidInfinity)) ||
                             (space == Space::Lite0 && !wants(FigureGroup::FdLite0)) || space == Space::Art;
    if (!only_scored) compared.push_back(space);
  }
  return compared;
}

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
  check_partners(*this);
  const bool compares = !content.empty() || !style.empty() || !pairs.empty() || !against.empty();
  if (!compares && !wants(FigureGroup::Is) && !wants(FigureGroup::IsLite0)) {
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
  if (against_statistics() && wants(FigureGroup::Kid)) {
    reject("--figures kid goes by single pictures, which the statistics " + quoted(against.front()) +
           " don't hold; give --against a folder of pictures, or leave kid out");
  }
  if ((against_statistics() || !statistics.empty()) && compared_spaces().size() > 1) {
    reject("--figures " + figures_text(figures) +
           " compares by several networks, but a file of statistics is of one; " +
           "name figures of one network, such as --figures fid, or leave out " +
           (against_statistics() ? "the file" : "--statistics"));
  }
  if (!statistics.empty() && (against.empty() || against_statistics())) {
    reject("--statistics " + quoted(statistics) + " keeps those of --against, which must be a folder of pictures");
  }
  check_between("--splits", splits, 1, 1000);
  check_between("--size", size, 16, kLargestSize);
  check_between("--subset-size", subset_size, 2, 100'000);
  read.validate();
  machine.device.validate();
  memory.validate();
  messages.validate();
}

}  // namespace styler::app
