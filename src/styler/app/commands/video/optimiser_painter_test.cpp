#include "styler/app/commands/video/optimiser_painter.hpp"

#include "support/catch.hpp"

using namespace styler;
using namespace styler::app;

TEST_CASE("What is new of a frame gets more iterations, up to those of a first one", "[video]") {
  CHECK(frame_iterations(15, 75, 1.0) == 15);
  CHECK(frame_iterations(15, 75, 0.9) == 21);
  CHECK(frame_iterations(15, 75, 0.0) == 75);
  CHECK(frame_iterations(15, 20, 0.0) == 20);
  CHECK(frame_iterations(90, 75, 0.5) == 90);
}
