#include "styler/app/folders/time_left.hpp"

#include "support/catch.hpp"

namespace styler::app {

TEST_CASE("the time left of many pictures comes from the pictures behind it", "[time_left]") {
  PicturesTimeLeft left(5);
  CHECK(left.seconds(4, 6) == 6 + 4 * 10);  // nothing behind it: the current one tells
  left.made(20);
  left.made(30);
  CHECK(left.seconds(5, 10) == 10 + 2 * 25);
  CHECK(left.seconds(0, 0) == 3 * 25);
  for (int i = 0; i < 4; ++i) left.made(20);  // more than was expected
  CHECK(left.seconds(1, 2) == 2);
}

}  // namespace styler::app
