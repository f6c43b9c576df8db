#include "styler/base/text/lower_case.hpp"

#include "support/catch.hpp"

namespace styler {

TEST_CASE("letters of the alphabet become small, and bytes of others stay", "[words]") {
  CHECK(lower_case("@AZ[az`09") == "@az[az`09");
  CHECK(lower_case("\xC3\x84.I") == "\xC3\x84.i");  // a capital of two bytes
  CHECK(lower_case("").empty());
  CHECK(lower_case_extension("TRIP.D/Photo.JPeG") == ".jpeg");
  CHECK(lower_case_extension("TRIP.D/photo").empty());
}

}  // namespace styler
