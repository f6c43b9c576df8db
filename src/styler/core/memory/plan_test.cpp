#include "styler/core/memory/plan.hpp"

#include <limits>
#include <optional>
#include <string>

#include "styler/base/error.hpp"
#include "styler/core/memory/network_model.hpp"
#include "styler/core/stylize/plans.hpp"
#include "support/catch.hpp"
#include "support/planned_scale.hpp"
#include "support/shallow_vgg19.hpp"

using namespace styler;
using support::least_memory;
using support::plan_scale;

namespace {

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kGiB = int64_t{1} << 30;
constexpr NetworkMemory kFast16{2, true, 2};

PlannedWork work(int64_t height, int64_t width) { return {{height, width}, {height, width}, 75}; }

std::vector<Layer> default_layers() { return ObjectiveOptions().layers(); }

int64_t number_after(const std::string& message, const std::string& words) {
  return std::stoll(message.substr(message.find(words) + words.size()));
}

}  // namespace

TEST_CASE("A plan never predicts more than the limit, and another with more memory is a better one", "[memory_plan]") {
  const NetworkMemory network =
      GENERATE(NetworkMemory{2, true, 2}, NetworkMemory{4, true, 8}, NetworkMemory{4, false, 1});
  StylizeOptions options;
  options.optimizer.method = GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam);
  options.optimizer.history_precision = GENERATE(Precision::Auto, Precision::Fp32);
  options.optimizer.history_size = GENERATE(20, 5);  // 5: the least, so tiles are all that can be given up
  const PlannedWork large = work(2001, 3003);
  const int64_t least = least_memory(large, options, network, 300 * kMiB);
  CHECK_FALSE(plan_scale(large, options, network, {least - 1, 300 * kMiB}));
  std::optional<MemoryPlan> before;
  for (int64_t limit = least; limit < 40 * kGiB; limit += limit / 7) {
    const auto plan = plan_scale(large, options, network, {limit, 300 * kMiB});
    REQUIRE(plan);
    CHECK(plan->predicted_bytes <= limit);
    if (before && *plan != *before) {
      const bool is_faster = plan->evaluation_factor < before->evaluation_factor;
      const bool remembers_more = plan->history_size > before->history_size;
      const bool is_more_exact =
          plan->history_precision == Precision::Fp32 && before->history_precision == Precision::Bf16;
      CHECK((is_faster || remembers_more || is_more_exact));
    }
    before = plan;
  }
  REQUIRE(before);
  CHECK(before->evaluation_factor == 1);  // in the end nothing is given up
  if (options.optimizer.method == OptimizerMethod::Lbfgs) {
    CHECK(before->history_size == options.optimizer.history_size);
    CHECK(before->history_precision == Precision::Fp32);
  }
}

TEST_CASE("Where memory is plenty nothing is given up, and where it is short tiles come first", "[memory_plan]") {
  const PlannedWork large = work(2000, 3000);
  const auto plenty = plan_scale(large, {}, kFast16, {64 * kGiB, 0});
  REQUIRE(plenty);
  CHECK(plenty->tiling.blocks == 0);
  CHECK(plenty->history_size == 10);
  CHECK(plenty->history_precision == Precision::Fp32);
  const auto less = plan_scale(large, {}, kFast16, {plenty->predicted_bytes - 1, 0});
  REQUIRE(less);
  CHECK(less->tiling.blocks >= 1);
  CHECK(less->history_size == 10);
}

TEST_CASE("No tensor gets more elements than libraries can count", "[memory_plan]") {
  const PlannedWork huge = work(6000, 7000);
  NetworkMemory gpu{2, false, 1};
  CHECK(plan_scale(huge, {}, gpu, {1000 * kGiB, 0})->tiling.blocks == 0);
  gpu.most_elements = std::numeric_limits<int32_t>::max();
  CHECK(plan_scale(huge, {}, gpu, {1000 * kGiB, 0})->tiling.blocks > 0);
  CHECK(plan_scale(work(5000, 6000), {}, gpu, {1000 * kGiB, 0})->tiling.blocks == 0);
  PlannedWork of_large_style = work(5000, 6000);
  of_large_style.style = {7000, 7000};
  CHECK(plan_scale(of_large_style, {}, gpu, {1000 * kGiB, 0})->tiling.blocks > 0);
  // 128 channels behind the first block's pooling are too many as well.
  CHECK(plan_scale(work(9000, 10000), {}, gpu, {1000 * kGiB, 0})->tiling.blocks > 1);

  StylizeOptions whole;
  whole.memory.tile = 0;
  whole.schedule.size = 0;
  CHECK_FALSE(plan_scale(huge, whole, gpu, {1000 * kGiB, 0}));
  CHECK_THROWS_WITH(plan_run({{6000, 7000}, {{{1000, 1000}}}, whole, 16, gpu, {1000 * kGiB, 0}}),
                    support::contains("may not be in tiles"));
}

TEST_CASE("What is asked for is kept to", "[memory_plan]") {
  StylizeOptions options;
  const PlannedWork large = work(2000, 3000);
  const MemoryBudget plenty = {64 * kGiB, 0};
  SECTION("tiles of a size, rounded up to what the blocks allow") {
    options.memory.tile = 333;
    const auto plan = plan_scale(large, options, kFast16, plenty);
    REQUIRE(plan);
    REQUIRE(plan->tiling.blocks >= 1);
    CHECK(plan->tiling.edge % (int64_t{1} << plan->tiling.blocks) == 0);
    CHECK(plan->tiling.edge >= 333);
    CHECK(plan->tiling.edge < 333 + 32);
    CHECK(plan_scale(work(300, 300), options, kFast16, plenty)->tiling.blocks == 0);  // one tile would be no tile
  }
  SECTION("no tiles") {
    options.memory.tile = 0;
    CHECK_FALSE(plan_scale(large, options, kFast16, {2 * kGiB, 0}));
    CHECK(plan_scale(large, {}, kFast16, {2 * kGiB, 0}));
  }
  SECTION("the precision of the history") {
    options.optimizer.history_precision = Precision::Bf16;
    CHECK(plan_scale(large, options, kFast16, plenty)->history_precision == Precision::Bf16);
  }
  SECTION("no longer history than there are iterations, and none for Adam") {
    PlannedWork brief = large;
    brief.iterations = 7;
    CHECK(plan_scale(brief, options, kFast16, plenty)->history_size == 7);
    options.optimizer.method = OptimizerMethod::Adam;
    CHECK(plan_scale(large, options, kFast16, plenty)->history_size == 0);
  }
}

TEST_CASE("A run that doesn't fit is refused with a limit and a size that would do", "[memory_plan]") {
  const Size photo = {3000, 4000};
  StylizeOptions options;
  options.schedule.size = 0;
  const MemoryBudget budget = {700 * kMiB, 400 * kMiB};
  std::string message;
  try {
    plan_run({photo, {{{1000, 1000}}}, options, 16, kFast16, budget});
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Memory);
    message = error.what();
  }
  CAPTURE(message);
  options.schedule.size = number_after(message, "--size ");
  CHECK_NOTHROW(plan_run({photo, {{{1000, 1000}}}, options, 16, kFast16, budget}));
  ++options.schedule.size;
  CHECK_THROWS_AS(plan_run({photo, {{{1000, 1000}}}, options, 16, kFast16, budget}), Error);
  options.schedule.size = 0;
  REQUIRE(message.find("M where") != std::string::npos);
  const int64_t limit = number_after(message, "--memory-limit ") * kMiB;
  const auto plans = plan_run({photo, {{{1000, 1000}}}, options, 16, kFast16, {limit, 400 * kMiB}});
  CHECK(plans.size() == make_schedule(photo, options.schedule, 16).size());
}

TEST_CASE("A texture that doesn't fit is told a size of its own shape", "[memory_plan]") {
  const Size texture = {3000, 4000};
  StylizeOptions options;
  options.schedule.size = texture.long_edge();
  options.objective.content_layers.clear();
  try {
    plan_run({texture, {{{1000, 1000}}}, options, 16, kFast16, {700 * kMiB, 400 * kMiB}});
    FAIL("it fits");
  } catch (const Error& error) {
    const std::string message = error.what();
    CAPTURE(message);
    const int64_t width = number_after(message, "--size ");
    const int64_t height = number_after(message, "--size " + std::to_string(width) + "x");
    CHECK(Size{height, width} == scaled_to_long_edge(texture, width));
    options.schedule.size = width;
    CHECK_NOTHROW(plan_run({{height, width}, {{{1000, 1000}}}, options, 16, kFast16, {700 * kMiB, 400 * kMiB}}));
  }
}

TEST_CASE("What a run was planned to take on another device is counted anew on this one", "[memory_plan]") {
  const Size photo = {1000, 1500};
  StylizeOptions options;
  options.schedule.size = 0;
  const std::vector<StyleExtent> styles = {{{1000, 1000}}};
  RunState state;
  state.plans = plan_run({photo, styles, options, 16, kFast16, {64 * kGiB, 0}});
  const int64_t limit = state.plans.back().predicted_bytes / 10 * 8;
  const auto gone_on = [&](int64_t part) {
    RunState there = state;
    for (MemoryPlan& plan : there.plans) plan.predicted_bytes /= part;
    Observer nobody;
    return plans_to_go_on({photo, styles, options, 16, kFast16, {limit, 0}, {}}, there, nobody);
  };
  for (const MemoryPlan& plan : gone_on(4)) CHECK(plan.predicted_bytes <= limit);
  CHECK((gone_on(4) == gone_on(1)));
  CHECK(gone_on(4).back().tiling.blocks > 0);
}

TEST_CASE("Alpha and regions take memory, and none of them none", "[memory_plan]") {
  PlannedWork counted = work(1000, 1500);
  const auto bytes = [&](WeightMaps maps, const NetworkMemory& network) {
    counted.maps = maps;
    return predicted_memory(support::run_of(counted, {}, network, {}), 0, {{}, 10, Precision::Fp32, 0, 1});
  };
  const NetworkMemory network =
      GENERATE(NetworkMemory{2, true, 2}, NetworkMemory{4, true, 8}, NetworkMemory{4, false, 1});
  const int64_t none = bytes({}, network);
  const int64_t alpha = bytes({1, 1, 0}, network);
  const int64_t two = bytes({2, 1, 2}, network);
  const int64_t three = bytes({3, 1, 3}, network);
  const int64_t map = 4 * 1000 * 1500;
  CHECK(alpha - none >= map);
  CHECK(two - alpha >= 2 * map);
  CHECK(three - two >= 2 * map);  // itself, and as much again in the layers
  CHECK(three - two < 3 * map);
  const auto scales = PlannedRun({600, 800}, {{{500, 500}}}, {}, 16, kFast16, {}, {3, 2, 3}).scales;
  for (const PlannedWork& scale : scales) CHECK(scale.maps.content == 3);
}

TEST_CASE("A plan is made for the largest of several styles", "[memory_plan]") {
  const std::vector<StyleExtent> styles = {{{2000, 1000}, 0.25}, {{500, 500}, 2}, {{100, 100}, 2}};
  StylizeOptions options;
  options.schedule.coarse_style = 1;
  const auto scales = PlannedRun({600, 800}, styles, options, 16, kFast16, {}).scales;
  REQUIRE(scales.size() == 3);
  CHECK(scales[0].style == Size{256, 256});
  CHECK(scales[1].style == Size{500, 500});
  CHECK(scales[2].style == Size{500, 500});
}

TEST_CASE("33 megapixels fit in 16 GB", "[memory_plan]") {
  const auto plan = plan_scale(work(4320, 7680), {}, kFast16, {15'000'000'000, 1'000'000'000});
  REQUIRE(plan);
  CHECK(plan->tiling.blocks >= 2);
}

TEST_CASE("Tiles cost what they compute twice", "[memory_plan]") {
  const Size picture = {2048, 2048};
  const std::vector<Layer> layers = default_layers();
  CHECK(evaluation_factor(picture, {0, 512}, layers) == 1);
  // The head's share of VGG19's products up to relu5_1, once more, and the margins.
  CHECK(evaluation_factor(picture, {2, 1024}, layers) == support::Approx(1.13).epsilon(0.01));
  CHECK(evaluation_factor(picture, {3, 1024}, layers) == support::Approx(1.37).epsilon(0.02));
  // All of it, with margins of 128 px to both sides of the one border along each edge.
  CHECK(evaluation_factor(picture, {5, 1024}, layers) == support::Approx(1.5 * 1.125 * 1.125).epsilon(0.001));
}

TEST_CASE("A stretch takes what its layers take", "[memory_plan]") {
  const std::vector<Layer> layers = support::layers({"relu1_1"});
  const StretchMemory memory = stretch_memory({1, 1, {10, 10}, true}, layers, {4, true, 1});
  CHECK(memory.activations_bytes == (16 + 64) * 100 * 4);  // the input, rounded up to 16 channels, and relu1_1
  CHECK(memory.gradient_bytes == 64 * 100 * 4);
  // Deeper stretches begin with what the pooling before them put out, which is not theirs.
  const StretchMemory tail = stretch_memory({3, 5, {64, 64}, false}, default_layers(), kFast16);
  CHECK(tail.activations_bytes < stretch_memory({1, 2, {64, 64}, false}, default_layers(), kFast16).activations_bytes);
  CHECK(stretch_memory({1, 2, {64, 64}, false}, default_layers(), kFast16).output_bytes == 128 * 16 * 16 * 2);
}
