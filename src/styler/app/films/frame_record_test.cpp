#include "styler/app/films/frame_record.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace styler;
using namespace styler::app;

TEST_CASE("A frame's record comes back from a report as it was", "[video]") {
  FrameRecord record;
  record.index = 7;
  record.film_seconds = 0.28;
  record.iterations = 15;
  record.coverage = 0.9;
  record.loss = LossBreakdown{0.1, 0.2, 0.3, 0.4, 1.0, 0.5};
  record.is_key = true;
  record.pair = PairFigures{1e-3, 2e-4, 0.8};
  record.long_term = PairFigures{2e-3, 3e-4, 0.7};
  record.sharpness = 0.01;
  record.mean_colour = {0.5, 0.1, -0.1};
  record.seconds = 3;
  const auto json = record_json(record);
  CHECK(record_json(record_of(json)) == json);
  CHECK(record_json(record_of(record_json(FrameRecord()))) == record_json(FrameRecord()));
}
