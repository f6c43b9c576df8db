#include <nlohmann/json.hpp>
#include <string>

#include "styler/app/commands/video/flows.hpp"
#include "styler/app/commands/video/generator_painter.hpp"
#include "styler/app/commands/video/optimiser_painter.hpp"
#include "styler/app/commands/video/record.hpp"
#include "styler/app/commands/video/survey.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"

using namespace styler;
using namespace styler::app;

TEST_CASE("A flow's file is named after both frames, and after the way to later ones", "[video]") {
  const std::string pattern = "backward/backward_[%d]_{%04d}.flo";
  CHECK(flow_file(pattern, 6, 5) == "backward/backward_7_0006.flo");
  CHECK(flow_file(pattern, 5, 6) == "backward/forward_6_0007.flo");
  CHECK(flow_file("f_{%d}_[%d].flo", 1, 2) == "f_3_2.flo");
  for (const char* bad : {"[%d].flo", "[%d]_{%s}.flo", "[%xd]_{%d}.flo", "[%999999999d]_{%d}.flo"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(flow_file(bad, 1, 0), Error);
  }
}

TEST_CASE("What is new of a frame gets more iterations, up to those of a first one", "[video]") {
  CHECK(frame_iterations(15, 75, 1.0) == 15);
  CHECK(frame_iterations(15, 75, 0.9) == 21);
  CHECK(frame_iterations(15, 75, 0.0) == 75);
  CHECK(frame_iterations(15, 20, 0.0) == 20);
  CHECK(frame_iterations(90, 75, 0.5) == 90);
}

TEST_CASE("The weight says what part is left to what is expected, from none to nearly all", "[video]") {
  CHECK(expected_share(0) == 0);
  CHECK(expected_share(1) == support::Approx(0.6));
  CHECK(expected_share(100) > 0.99);
  CHECK(expected_share(100) < 1);
}

TEST_CASE("A shot ends where the next begins, and the last with the film", "[video]") {
  const FilmSurvey survey{{0, 5, 9}, 12, 0};
  CHECK(survey.begins_shot(5));
  CHECK_FALSE(survey.begins_shot(6));
  CHECK(survey.end_of_shot(0) == 5);
  CHECK(survey.end_of_shot(5) == 9);
  CHECK(survey.end_of_shot(11) == 12);
}

TEST_CASE("A frame's record comes back from a report as it was", "[video]") {
  FrameRecord record;
  record.index = 7;
  record.film_seconds = 0.28;
  record.iterations = 15;
  record.coverage = 0.9;
  record.loss = LossBreakdown{0.1, 0.2, 0.3, 0.4, 1.0, 0.5};
  record.pair = PairFigures{1e-3, 2e-4, 0.8};
  record.sharpness = 0.01;
  record.mean_colour = {0.5, 0.1, -0.1};
  record.seconds = 3;
  const auto json = record_json(record);
  CHECK(record_json(record_of(json)) == json);
  CHECK(record_json(record_of(record_json(FrameRecord()))) == record_json(FrameRecord()));
}
