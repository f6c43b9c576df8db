#include "styler/base/words.hpp"

#include "support/catch.hpp"

namespace styler {

TEST_CASE("did_you_mean names the nearest word and nothing that is far", "[phrases]") {
  const std::vector<std::string> names = {"--content", "--content-weight", "--style", "--size"};
  CHECK(did_you_mean("--contnet", names) == "; did you mean '--content'?");
  CHECK(did_you_mean("--siez", names) == "; did you mean '--size'?");
  CHECK(did_you_mean("--whatever-else", names).empty());
}

TEST_CASE("enumeration reads like a sentence", "[phrases]") {
  CHECK(enumeration({"a"}) == "a");
  CHECK(enumeration({"a", "b"}) == "a or b");
  CHECK(enumeration({"a", "b", "c"}) == "a, b or c");
}

}  // namespace styler
