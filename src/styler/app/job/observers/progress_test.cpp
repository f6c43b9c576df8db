#include "styler/app/job/observers/progress.hpp"

#include <sstream>

#include "support/catch.hpp"

namespace styler::app {
namespace {

const std::vector<Scale> kSchedule = {{{64, 96}, 10}, {{128, 192}, 10}, {{256, 384}, 10}};

/// Runs a made-up run whose evaluations take `seconds_per_pixel`, and calls `observe` after each.
template <typename Observe>
void play(ProgressObserver& observer, double& clock, double seconds_per_pixel, const Observe& observe) {
  for (size_t i = 0; i < kSchedule.size(); ++i) {
    const ScaleEvent scale{static_cast<int64_t>(i), 3, kSchedule[i], {{100, 100}}};
    observer.on_scale(scale);
    const double start = clock;
    for (int64_t k = 1; k <= kSchedule[i].iterations; ++k) {
      clock += seconds_per_pixel * static_cast<double>(kSchedule[i].size.height * kSchedule[i].size.width);
      IterationEvent event;
      event.iteration = k;
      event.elapsed_seconds = clock - start;
      observer.on_iteration(event);
      observe();
    }
    observer.on_scale_end(scale, {});
  }
}

size_t line_count(const std::string& text) { return static_cast<size_t>(std::count(text.begin(), text.end(), '\n')); }

}  // namespace

TEST_CASE("the time left falls with every iteration and ends at zero", "[progress]") {
  constexpr double kSecondsPerPixel = 1e-5;
  TimeLeft left(kSchedule);
  CHECK(left.seconds() == 0);
  double last = 1e9;
  double total = 0;
  for (size_t i = 0; i < kSchedule.size(); ++i) {
    left.begin_scale(i);
    const double cost = kSecondsPerPixel * static_cast<double>(kSchedule[i].size.height * kSchedule[i].size.width);
    for (int64_t k = 1; k <= kSchedule[i].iterations; ++k) {
      left.iteration_done(k, static_cast<double>(k) * cost);
      if (i == 0 && k == 1) total = left.seconds() + cost;
      CHECK(left.seconds() < last);
      last = left.seconds();
    }
  }
  CHECK(last == 0);
  // The finest scale costs sixteen times the coarsest: 10 · (1 + 4 + 16) evaluations of 64×96 pixels.
  CHECK(total == support::Approx(210 * 64 * 96 * kSecondsPerPixel));
}

TEST_CASE("a slow first iteration does not spoil the estimate", "[progress]") {
  TimeLeft left({{{100, 100}, 11}});
  left.begin_scale(0);
  left.iteration_done(1, 5.0);
  left.iteration_done(2, 5.1);
  CHECK(left.seconds() == support::Approx(0.9));
}

TEST_CASE("of a scale that is resumed only what is done now counts for its speed", "[progress]") {
  TimeLeft left({{{100, 100}, 100}});
  left.begin_scale(0, 60);
  left.iteration_done(61, 1.0);
  CHECK(left.seconds() == support::Approx(39));
  left.iteration_done(62, 1.5);
  CHECK(left.seconds() == support::Approx(19));
}

TEST_CASE("the line tells scale, iteration, time and the terms that count", "[progress]") {
  const ScaleEvent scale{1, 3, {{191, 256}, 100}, {{256, 200}}};
  IterationEvent iteration;
  iteration.iteration = 45;
  iteration.loss = {0.4, 0.41, 0, 1e-9, 0.81};
  CHECK(progress_line(scale, iteration, 42) ==
        "scale 2/3 256x191, iteration 45/100, 0:42 left, loss 0.81 (content 0.4, style 0.41)");
  iteration.loss.tv = 0.05;
  CHECK_THAT(progress_line(scale, iteration, 42), support::contains("tv 0.05"));
}

TEST_CASE("elsewhere than on a terminal come the first line, one in ten seconds, and the end of each scale",
          "[progress]") {
  double clock = 0;
  std::ostringstream out;
  Console console(out, /*terminal=*/false, 80);
  ProgressObserver observer(console, kSchedule, 0, [&clock] { return clock; });

  SECTION("in a fast run") {
    play(observer, clock, 1e-7, [] {});
    CHECK(line_count(out.str()) == 4);
    CHECK_THAT(out.str(), support::contains("scale 1/3 96x64, iteration 1/10"));
    CHECK_THAT(out.str(), support::contains("scale 3/3 384x256, iteration 10/10"));
  }
  SECTION("in a slow one") {
    play(observer, clock, 1e-4, [] {});  // about 9.8 s per iteration at the end
    const double lines = static_cast<double>(line_count(out.str()));
    CHECK(lines <= clock / 10 + 5);
    CHECK(lines >= clock / 20);
    CHECK(out.str().find('\r') == std::string::npos);
  }
}

TEST_CASE("on a terminal the status is rewritten and no line stays", "[progress]") {
  double clock = 0;
  std::ostringstream out;
  Console console(out, /*terminal=*/true, 200);
  ProgressObserver observer(console, kSchedule, 0, [&clock] { return clock; });
  play(observer, clock, 1e-4, [] {});
  CHECK(line_count(out.str()) == 0);
  CHECK_THAT(out.str(), support::contains("scale 3/3 384x256, iteration 10/10, 0:00 left"));
}

TEST_CASE("no more time is left than the limit leaves", "[progress]") {
  double clock = 0;
  std::ostringstream out;
  Console console(out, /*terminal=*/true, 200);
  ProgressObserver observer(console, kSchedule, /*time_limit_seconds=*/5, [&clock] { return clock; });
  play(observer, clock, 1e-4, [&] {
    if (clock < 1) CHECK_THAT(out.str(), support::contains("0:04 left"));
  });
}

}  // namespace styler::app
