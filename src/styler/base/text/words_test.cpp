#include "styler/base/text/words.hpp"

#include "support/catch.hpp"

using styler::edit_distance;
using styler::nearest_word;

TEST_CASE("edit_distance counts insertions, deletions and substitutions", "[spelling]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sitting", "kitten") == 3);
}

TEST_CASE("nearest_word finds what was meant and is silent when nothing was", "[spelling]") {
  const std::vector<std::string> words = {"--content-weight", "--style-weight", "--size"};
  CHECK(nearest_word("--style-wieght", words) == "--style-weight");
  CHECK(nearest_word("--siez", words) == "--size");
  CHECK(nearest_word("--frobnicate", words).empty());
}

namespace styler {

TEST_CASE("did_you_mean names the nearest word and nothing that is far", "[phrases]") {
  const std::vector<std::string> names = {"--content", "--content-weight", "--style", "--size"};
  CHECK(did_you_mean("--contnet", names) == "; did you mean '--content'?");
  CHECK(did_you_mean("--siez", names) == "; did you mean '--size'?");
  CHECK(did_you_mean("--whatever-else", names).empty());
}

TEST_CASE("joined sets the separator between words only", "[phrases]") {
  CHECK(joined({}, ", ").empty());
  CHECK(joined({"a"}, ", ") == "a");
  CHECK(joined({"a", "b", "c"}, "|") == "a|b|c");
}

TEST_CASE("enumeration reads like a sentence", "[phrases]") {
  CHECK(enumeration({"a"}) == "a");
  CHECK(enumeration({"a", "b"}) == "a or b");
  CHECK(enumeration({"a", "b", "c"}) == "a, b or c");
}

}  // namespace styler
