#include "styler/core/generator/strength.hpp"

#include "support/catch.hpp"

namespace styler {

TEST_CASE("the photo goes and the style comes with the strength, which is whole at 1", "[strength]") {
  CHECK(photo_share_at(0) == 1);
  CHECK(style_weight_at(0) == 0);
  CHECK(photo_share_at(1) == 0);
  CHECK(style_weight_at(1) == 1);
  for (double strength = 0.1; strength < 1.25; strength += 0.1) {
    CHECK(style_weight_at(strength) > style_weight_at(strength - 0.1));
    CHECK(photo_share_at(strength) <= photo_share_at(strength - 0.1));
    CHECK(photo_share_at(strength) >= 0);
  }
  CHECK(style_weight_at(1.2) > 2.5);  // or more strength would be no nearer to the painting
}

}  // namespace styler
