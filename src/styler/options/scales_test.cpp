#include "styler/options/scales.hpp"

#include "styler/base/error.hpp"
#include "support/catch.hpp"

using namespace styler;

namespace {

/// All of the style at every size, so that each is there once.
ScheduleOptions whole_style(int64_t size, int64_t scales) { return {size, scales, 10, false, 1}; }

}  // namespace

TEST_CASE("A size reads as width x height", "[schedule]") { CHECK(size_text({341, 512}) == "512x341"); }

TEST_CASE("The default schedule doubles from about 128 px to the size asked for", "[schedule]") {
  const auto scales = make_schedule({768, 1024}, {512, 0, 100}, 16);
  REQUIRE(scales.size() == 4);
  CHECK(scales[0].size == Size{96, 128});
  CHECK(scales[1].size == Size{192, 256});
  CHECK(scales[2].size == Size{384, 512});  // with the coarse style
  CHECK(scales[3].size == Size{384, 512});
}

TEST_CASE("A schedule grows and ends with exactly the size asked for", "[schedule]") {
  const int64_t size = GENERATE(16, 17, 255, 256, 300, 511, 1000, 1023);
  const int64_t scales = GENERATE(0, 1, 3);
  const Size content = GENERATE(Size{17, 300}, Size{300, 17}, Size{1, 1}, Size{768, 1024});
  const auto schedule = make_schedule(content, whole_style(size, scales), 1);
  CHECK(schedule.back().size == scaled_to_long_edge(content, size));
  CHECK(schedule.back().size.long_edge() == size);
  for (size_t i = 1; i < schedule.size(); ++i) {
    CHECK(schedule[i - 1].size.long_edge() < schedule[i].size.long_edge());
  }
  if (scales > 0) CHECK(static_cast<int64_t>(schedule.size()) <= scales);
}

TEST_CASE("Size 0 keeps the photo's own size", "[schedule]") {
  CHECK(make_schedule({17, 300}, {0, 1, 10}, 16).back().size == Size{17, 300});
}

TEST_CASE("Scales too small for the network are left out", "[schedule]") {
  const auto schedule = make_schedule({20, 400}, whole_style(400, 0), 16);
  REQUIRE(schedule.size() == 1);
  CHECK(schedule[0].size == Size{20, 400});
}

TEST_CASE("A content too small for the network is refused with the size that works", "[schedule]") {
  CHECK_THROWS_WITH(make_schedule({100, 100}, {15, 0, 10}, 16), support::contains("--size 16"));
  CHECK_THROWS_WITH(make_schedule({15, 15}, {100, 0, 10}, 16), support::contains("at least 16 px"));
  CHECK(make_schedule({16, 16}, {16, 0, 10}, 16).back().size == Size{16, 16});
}

TEST_CASE("A content that is only too narrow for the network keeps its shape", "[schedule]") {
  const auto schedule = make_schedule({20, 1000}, whole_style(500, 0), 16);
  REQUIRE(schedule.size() == 1);
  CHECK(schedule[0].size == Size{10, 500});
}

TEST_CASE("Schedule options out of range are refused by name", "[schedule]") {
  CHECK_THROWS_WITH(ScheduleOptions({-1, 0, 1}).validate(), support::contains("size is -1"));
  CHECK_THROWS_WITH(ScheduleOptions({INT64_MAX, 0, 1}).validate(), support::contains("size is 9223372036854775807"));
  CHECK_THROWS_WITH(ScheduleOptions({1, 0, INT64_MAX}).validate(),
                    support::contains("iterations is 9223372036854775807"));
  CHECK_THROWS_WITH(ScheduleOptions({1, 17, 1}).validate(), support::contains("scales is 17"));
  CHECK_THROWS_WITH(ScheduleOptions({1, 0, 0}).validate(), support::contains("iterations is 0"));
  CHECK_THROWS_WITH(ScheduleOptions({1, 0, 1, false, 0}).validate(), support::contains("coarse-style is 0"));
}

TEST_CASE("A style picture follows the content's size and is never enlarged", "[schedule]") {
  CHECK(style_size({800, 1000}, {96, 128}, 1.0, 16) == Size{102, 128});
  CHECK(style_size({800, 1000}, {96, 128}, 0.5, 16) == Size{51, 64});
  CHECK(style_size({80, 100}, {384, 512}, 1.0, 16) == Size{80, 100});
  CHECK(style_size({80, 100}, {96, 128}, 100.0, 16) == Size{80, 100});
  // A long strip keeps a short edge that the network can see.
  CHECK(style_size({40, 1000}, {96, 128}, 1.0, 16) == Size{16, 400});
  CHECK(style_size({15, 1000}, {96, 128}, 1.0, 16) == Size{15, 1000});
  CHECK_THROWS_AS(style_size({15, 15}, {96, 128}, 1.0, 16), Error);
}

TEST_CASE("Several style pictures have scales of their own, and too small ones are named", "[schedule]") {
  const std::vector<StyleExtent> styles = {{{800, 1000}, 0.5}, {{80, 100}}};
  CHECK((style_sizes(styles, {384, 512}, 0.5, 16) == std::vector<Size>{{102, 128}, {80, 100}}));
  CHECK(sizes_text({{102, 128}, {80, 100}}) == "128x102, 100x80");
  CHECK_THROWS_WITH(style_sizes({{{800, 1000}}, {{15, 15}, 1, "icon.png"}}, {96, 128}, 1, 16),
                    support::contains("the style picture 'icon.png' is 15x15 px"));
}

TEST_CASE("A coarse style has every size but the finest, and a third of its iterations", "[schedule]") {
  ScheduleOptions options{512, 0, 10};
  options.coarse_style = 0.25;
  const Size finest{384, 512};
  CHECK((make_schedule({768, 1024}, options, 16) ==
         std::vector<Scale>{{{96, 128}, 10, 0.25}, {{192, 256}, 10, 0.25}, {finest, 3, 0.25}, {finest, 7, 1}}));
  options.scales = 1;
  CHECK((make_schedule({768, 1024}, options, 16) == std::vector<Scale>{{finest, 3, 0.25}, {finest, 7, 1}}));
  options.iterations = 5;  // a third of which would only look
  CHECK((make_schedule({768, 1024}, options, 16) == std::vector<Scale>{{finest, 5, 1}}));
  options.iterations = 6;
  CHECK((make_schedule({768, 1024}, options, 16) == std::vector<Scale>{{finest, 2, 0.25}, {finest, 4, 1}}));
  options.iterations = 10;
  options.coarse_style = 1;
  CHECK((make_schedule({768, 1024}, options, 16) == std::vector<Scale>{{finest, 10, 1}}));
}

TEST_CASE("Scales share the time that is left as they share the work", "[schedule]") {
  const std::vector<Scale> schedule = {{{10, 10}, 4}, {{20, 20}, 2}};  // 400 and 800
  CHECK(share_of_time_left(schedule, 0, 0) == 400.0 / 1200);
  CHECK(share_of_time_left(schedule, 0, 3) == 100.0 / 900);
  CHECK(share_of_time_left(schedule, 1, 1) == 1);
}
