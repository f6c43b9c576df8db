#include "styler/app/commands/evaluate/scores.hpp"

#include <limits>
#include <string>

#include "support/catch.hpp"

namespace styler::app {
namespace {

ScoredPicture picture_with(const std::string& file, double content, double tv) {
  ScoredPicture picture;
  picture.file = file;
  picture.size = {3, 4};
  picture.figures.fill(std::numeric_limits<double>::quiet_NaN());
  picture.figures[static_cast<size_t>(Figure::Content)] = content;
  picture.figures[static_cast<size_t>(Figure::TotalVariation)] = tv;
  return picture;
}

Scores two_sets() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  Scores scores;
  scores.sets.push_back({"a", {picture_with("a/1.png", 1, 0.5), picture_with("a/\"2\",.png", none, 1.5)}, {}, {}});
  scores.sets.push_back({"b", {}, {}, {}});
  return scores;
}

}  // namespace

TEST_CASE("means are of the pictures that have a figure", "[scores]") {
  const Scores scores = two_sets();
  CHECK(mean_of(scores.sets[0], Figure::Content).value == 1);
  CHECK(mean_of(scores.sets[0], Figure::Content).count == 1);
  CHECK(mean_of(scores.sets[0], Figure::TotalVariation).value == 1);
  CHECK(mean_of(scores.sets[1], Figure::TotalVariation).count == 0);
  CHECK(scores.figures().size() == 2);
}

TEST_CASE("the table has a column for each set and tells of how many pictures a mean is", "[scores]") {
  const std::vector<std::string> lines = score_table(two_sets(), {});
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "              a  b");
  CHECK(lines[1] == "pictures      2  0");
  CHECK(lines[2] == "content   1 (1)  -  less is nearer to the photo");
  CHECK_THAT(lines[3], support::contains("more is noisier"));
}

TEST_CASE("fields of the CSV file end where they end", "[scores]") {
  CHECK(csv_text(two_sets()) ==
        "set,result,photo,painting,width,height,content,tv\r\n"
        "a,a/1.png,,,4,3,1,0.5\r\n"
        "a,\"a/\"\"2\"\",.png\",,,4,3,,1.5\r\n");
}

}  // namespace styler::app
