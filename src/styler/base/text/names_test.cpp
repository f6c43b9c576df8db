#include "styler/base/text/names.hpp"

#include "support/catch.hpp"

namespace styler {
namespace {

enum class Paint { Red, Green };
constexpr Names<Paint, 2> kColours{{{{Paint::Red, "red"}, {Paint::Green, "green"}}}};

}  // namespace

TEST_CASE("A value has one word, and the word leads back to it", "[names]") {
  CHECK(kColours.word(Paint::Green) == "green");
  CHECK(kColours.find("red") == Paint::Red);
  CHECK_FALSE(kColours.find("Red"));
  CHECK(kColours.words() == std::vector<std::string>{"red", "green"});
  CHECK(kColours.parse("paint", "green") == Paint::Green);
}

TEST_CASE("A word that no value has is refused with those there are, and the nearest", "[names]") {
  CHECK_THROWS_WITH(kColours.parse("paint", "gren"), "paint is 'gren' but must be red or green; did you mean 'green'?");
  CHECK_THROWS_WITH(kColours.parse("paint", "ultramarine"), "paint is 'ultramarine' but must be red or green");
}

}  // namespace styler
