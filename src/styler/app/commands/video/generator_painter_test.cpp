#include "styler/app/commands/video/generator_painter.hpp"

#include "support/catch.hpp"

using namespace styler;
using namespace styler::app;

TEST_CASE("The weight says what part is left to what is expected, from none to nearly all", "[video]") {
  CHECK(expected_share(0) == 0);
  CHECK(expected_share(1) == support::Approx(0.6));
  CHECK(expected_share(100) > 0.99);
  CHECK(expected_share(100) < 1);
}
