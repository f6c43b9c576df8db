#include "styler/app/commands/video/flows.hpp"

#include <string>

#include "styler/base/error.hpp"
#include "support/catch.hpp"

using namespace styler;
using namespace styler::app;

TEST_CASE("A flow's file is named after both frames, and after the way to later ones", "[video]") {
  const std::string pattern = "backward/backward_[%d]_{%04d}.flo";
  CHECK(flow_file("--flow-pattern", pattern, 6, 5) == "backward/backward_7_0006.flo");
  CHECK(flow_file("--flow-pattern", pattern, 5, 6) == "backward/forward_6_0007.flo");
  CHECK(flow_file("--flow-pattern", "f_{%d}_[%d].flo", 1, 2) == "f_3_2.flo");
  for (const char* bad : {"[%d].flo", "[%d]_{%s}.flo", "[%xd]_{%d}.flo", "[%999999999d]_{%d}.flo"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(flow_file("--flow-pattern", bad, 1, 0), Error);
  }
}

TEST_CASE("Groups begin with shots, and end with key frames and shots", "[video]") {
  const FilmSurvey survey{{0, 5}, 30, 0};
  VideoOptions options;
  CHECK(end_of_group(options, survey, 3) == 4);
  options.keyframe_every = 3;
  CHECK(end_of_group(options, survey, 0) == 1);  // a shot's first frame is a key by itself
  CHECK(end_of_group(options, survey, 1) == 4);
  CHECK(end_of_group(options, survey, 4) == 5);
  CHECK(end_of_group(options, survey, 6) == 9);
  options.keyframe_every = 1;
  options.passes = 2;
  CHECK(end_of_group(options, survey, 0) == 5);
  CHECK(end_of_group(options, survey, 5) == 21);
}
