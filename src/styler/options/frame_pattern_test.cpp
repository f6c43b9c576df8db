#include "styler/options/frame_pattern.hpp"

#include <optional>
#include <string>

#include "styler/base/error.hpp"
#include "support/catch.hpp"

namespace styler {

TEST_CASE("a pattern gives pictures their numbers, and finds them again", "[video]") {
  const FramePattern five("out/frame_%05d.png");
  CHECK(five.file(7) == "out/frame_00007.png");
  CHECK(five.file(1234567) == "out/frame_1234567.png");
  CHECK(five.number_of("frame_00007.png") == 7);
  CHECK(five.number_of("frame_1234567.png") == 1234567);
  CHECK(five.folder() == "out");
  const FramePattern plain("%d of 100%%.png");
  CHECK(plain.file(0) == "0 of 100%.png");
  CHECK(plain.number_of("12 of 100%.png") == 12);
}

TEST_CASE("a picture that the pattern would call otherwise is none of its own", "[video]") {
  const FramePattern pattern("frame_%03d.png");
  for (const char* const name : {"frame_7.png", "frame_0007.png", "frame_.png", "frame_-07.png", "frame_007.jpg",
                                 "frame_0a7.png", "frame_99999999999999999999.png", "frame_007.png.png", ""}) {
    CAPTURE(name);
    CHECK(pattern.number_of(name) == std::nullopt);
  }
}

TEST_CASE("what a name with a percent sign means is told by the number behind it", "[video]") {
  CHECK(FramePattern::is_pattern("a/%d.png"));
  CHECK(FramePattern::is_pattern("50%%_%04d.png"));
  CHECK_FALSE(FramePattern::is_pattern("a/50%.mp4"));
  CHECK_FALSE(FramePattern::is_pattern("%04d/film.mp4"));
  CHECK_FALSE(FramePattern::is_pattern("100%%d.mp4"));
  for (const char* const name : {"a.png", "%d_%d.png", "%x%d.png", "%", "%99999999999999999999d.png", "%19d.png"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(FramePattern(name), Error);
  }
}

}  // namespace styler
