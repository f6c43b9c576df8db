#include "styler/app/job/checks.hpp"

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler::app {

TEST_CASE("pictures too small for the deepest layer are refused before the network is there", "[job_checks]") {
  JobOptions options;
  CHECK_NOTHROW(check_sizes(options, {100, 200}, {{{100, 100}}}));
  CHECK_THROWS_AS(check_sizes(options, {1, 1}, {{{100, 100}}}), Error);
  CHECK_THROWS_AS(check_sizes(options, {100, 100}, {{{1, 1}}}), Error);
}

TEST_CASE("a result too large for its file is refused before it is painted", "[job_checks]") {
  JobOptions options;
  options.stylize.schedule.size = 20000;
  options.output = "out.webp";
  CHECK_THROWS_AS(check_sizes(options, {100, 200}, {{{100, 100}}}), Error);
  options.output = "out.png";
  CHECK_NOTHROW(check_sizes(options, {100, 200}, {{{100, 100}}}));
}

TEST_CASE("a tileable texture whose edges are rounded is warned of, and what is used is told", "[job_checks]") {
  StylizeInput pictures;
  pictures.texture = {100, 100};
  pictures.init = Init::Noise;
  StyleSource style;
  style.picture.colour = support::picture({64, 64});
  style.name = "art.png";
  pictures.styles = {style};
  JobOptions options;
  options.texture = pictures.texture;
  options.stylize.schedule.size = 100;
  options.stylize.schedule.tileable = true;
  std::vector<std::string> warnings;
  std::vector<std::string> told;
  check_pictures(
      pictures, options, [&](const std::string& sentence) { warnings.push_back(sentence); },
      [&](const std::string& sentence) { told.push_back(sentence); });
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], support::contains("instead of 100x100"));
  CHECK(told == std::vector<std::string>{"texture (100x100 px)", "style art.png (64x64 px), share 1, scale 1"});
}

}  // namespace styler::app
