#include "styler/options/over_time.hpp"

#include "support/catch.hpp"

using namespace styler;

TEST_CASE("A value goes from moment to moment on straight lines, and stays beyond them", "[over_time]") {
  const auto fade = OverTime::parse("1:0,1m:0.8,90s:0.2");
  REQUIRE(fade);
  CHECK(fade->changes());
  CHECK(fade->at(0) == 0);
  CHECK(fade->at(30.5) == support::Approx(0.4));
  CHECK(fade->at(60) == support::Approx(0.8));
  CHECK(fade->at(75) == support::Approx(0.5));
  CHECK(fade->at(1000) == support::Approx(0.2));
  CHECK((OverTime::parse(fade->text())->moments() == fade->moments()));
}

TEST_CASE("A number by itself holds all the time", "[over_time]") {
  const auto number = OverTime::parse("0.75");
  REQUIRE(number);
  CHECK_FALSE(number->changes());
  CHECK(number->at(7) == 0.75);
  CHECK(number->text() == "0.75");
  CHECK(OverTime().at(7, 3) == 3);
}

TEST_CASE("Moments without values, not in their order, and before the film are none", "[over_time]") {
  for (const char* bad : {"", "x", "0:", ":1", "0:1,", "2:1,1:0", "1:1,1:2", "-1:1,2:1", "0:nan", "0:1;1:2"}) {
    CAPTURE(bad);
    CHECK_FALSE(OverTime::parse(bad));
  }
}
