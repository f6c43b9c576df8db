#include "styler/app/commands/evaluate/partners.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace styler::app {

TEST_CASE("a result is called after its photo and its painting", "[partners]") {
  const std::vector<std::string> photos = {"cat", "cat 2", "dog", ""};
  CHECK(photo_named_in("cat_night", photos) == 0);
  CHECK(photo_named_in("cat", photos) == 0);
  CHECK(photo_named_in("cat 2-night", photos) == 1);  // the longest
  CHECK(photo_named_in("cat 22-night", photos) == 0);
  CHECK(photo_named_in("catalogue_night", photos) == std::nullopt);
  CHECK(photo_named_in("cat\xC3\xA9", photos) == std::nullopt);  // goes on with a letter, é
  CHECK(photo_named_in("a dog", photos) == std::nullopt);

  const std::vector<std::string> paintings = {"night", "starry night"};
  CHECK(painting_named_in("cat_starry night", paintings) == 1);
  CHECK(painting_named_in("cat_night", paintings) == 0);
  CHECK(painting_named_in("night", paintings) == 0);
  CHECK(painting_named_in("fortnight", paintings) == std::nullopt);
  CHECK(painting_named_in("night_cat", paintings) == std::nullopt);
  CHECK(painting_named_in("cat", {}) == std::nullopt);
}

}  // namespace styler::app
