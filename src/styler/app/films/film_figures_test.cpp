#include "styler/app/films/film_figures.hpp"

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "styler/app/films/bytes.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"

using namespace styler;
using namespace styler::app;

TEST_CASE("A film that drifts slowly errs little from frame to frame, and much in the long term", "[films]") {
  const at::Tensor still = support::picture({48, 64}, 3).cpu() * 0.5 + 0.2;
  FilmJudge judge;
  std::vector<FrameRecord> frames;
  for (int64_t i = 0; i < 12; ++i) {
    FrameRecord record;
    record.index = i;
    record.begins_shot = i == 0;
    judge.judge(record, still, as_bytes(still + 0.01 * static_cast<double>(i)));
    frames.push_back(record);
  }
  CHECK_FALSE(frames[0].pair);
  CHECK(frames[9].pair);
  CHECK_FALSE(frames[9].long_term);
  REQUIRE(frames[11].long_term);
  CHECK(frames[11].long_term->warping_error == support::Approx(0.01).epsilon(0.1));
  CHECK(frames[11].pair->warping_error < 3e-4);
  const auto figures = film_figures_json(frames);
  CHECK(figures.at("long_term_error").get<double>() > 20 * figures.at("warping_error").get<double>());
  CHECK(figures.at("most_colour_drift").get<double>() > 0.05);
}

TEST_CASE("A shot is not judged by the one before it", "[films]") {
  const at::Tensor one = support::picture({48, 64}, 3).cpu(), other = support::picture({48, 64}, 4).cpu();
  FilmJudge judge;
  FrameRecord first, cut;
  cut.index = 1;
  first.begins_shot = cut.begins_shot = true;
  judge.judge(first, one, as_bytes(one));
  judge.judge(cut, other, as_bytes(other));
  CHECK_FALSE(cut.pair);
  CHECK(cut.sharpness > 0);
}
