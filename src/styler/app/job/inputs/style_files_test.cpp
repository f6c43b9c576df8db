#include "styler/app/job/inputs/style_files.hpp"

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

JobOptions with_styles(std::vector<fs::path> styles) {
  JobOptions options;
  options.styles = std::move(styles);
  options.output = "elsewhere/out.png";
  return options;
}

}  // namespace

TEST_CASE("a folder is one style of all its pictures, in the order of their names", "[style_files]") {
  const support::TempFolder folder;
  for (const char* name : {"art/b.png", "art/a.JPG", "art/notes.txt", "art/.hidden.png", "art/below/c.png"}) {
    folder.put(name, "x");
  }
  JobOptions options = with_styles({folder.put("one.png", "x"), folder / "art"});
  options.style_shares = {3, 1};
  options.style_scales = {1, 0.5};
  const std::vector<StyleFiles> styles = style_files(options);
  REQUIRE(styles.size() == 2);
  CHECK((styles[0].files == std::vector<fs::path>{folder / "one.png"}));
  CHECK((styles[1].files == std::vector<fs::path>{folder / "art/a.JPG", folder / "art/b.png"}));
  CHECK(styles[0].share == 3);
  CHECK(styles[1].share == 1);
  CHECK(styles[0].scale == 1);
  CHECK(styles[1].scale == 0.5);
}

TEST_CASE("a style that is not there is left to whoever reads it", "[style_files]") {
  CHECK((style_files(with_styles({"none.png"})).front().files == std::vector<fs::path>{"none.png"}));
}

TEST_CASE("a folder without pictures, or one that results go to, is no style", "[style_files]") {
  const support::TempFolder folder;
  fs::create_directories(folder / "empty/below");
  CHECK_THROWS_WITH(style_files(with_styles({folder / "empty"})),
                    support::contains("holds no pictures") && !support::contains("--recursive"));
  folder.put("art/a.png", "x");
  JobOptions options = with_styles({folder / "art"});
  options.output = folder / "art/out.png";
  CHECK_THROWS_WITH(style_files(options), support::contains("results for pictures"));
  options.output.clear();
  CHECK_NOTHROW(style_files(options));
}

TEST_CASE("what wants several pictures, or one, is refused with others", "[style_files]") {
  const support::TempFolder folder;
  folder.put("art/a.png", "x");
  JobOptions options = with_styles({folder / "art"});
  options.stylize.objective.style_blend = StyleBlend::Losses;
  CHECK_THROWS_WITH(style_files(options), support::contains("--style-blend-by losses does nothing"));
  folder.put("art/b.png", "x");
  CHECK_NOTHROW(style_files(options));
  options.fine_style = "fine.png";
  CHECK_THROWS_WITH(style_files(options), support::contains("--fine-style goes with one style picture"));
}

}  // namespace styler::app
