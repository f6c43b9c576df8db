#include "styler/core/loss/style_target_cache.hpp"

#include "support/catch.hpp"

using namespace styler;

namespace {

StyleTargets targets(double value, int64_t channels = 8) {
  return {{{at::full({channels, channels}, value, at::kFloat), {}, {}}}};
}

constexpr int64_t kBytes = 8 * 8 * 4;  ///< Of one of them.

}  // namespace

TEST_CASE("Targets are found by style and size", "[style_target_cache]") {
  StyleTargetCache cache(10 * kBytes);
  cache.keep("a", {4, 5}, targets(1));
  cache.keep("a", {8, 10}, targets(2));
  cache.keep("b", {4, 5}, targets(3));
  REQUIRE(cache.find("a", {8, 10}) != nullptr);
  CHECK(cache.find("a", {8, 10})->layers[0].gram[0][0].item<float>() == 2);
  CHECK(cache.find("b", {8, 10}) == nullptr);
  CHECK(cache.bytes() == 3 * kBytes);
}

TEST_CASE("Beyond the limit, what was not used for longest goes first", "[style_target_cache]") {
  StyleTargetCache cache(2 * kBytes);
  cache.keep("a", {4, 5}, targets(1));
  cache.keep("b", {4, 5}, targets(2));
  cache.find("a", {4, 5});
  cache.keep("c", {4, 5}, targets(3));
  CHECK(cache.find("a", {4, 5}) != nullptr);
  CHECK(cache.find("b", {4, 5}) == nullptr);
  CHECK(cache.find("c", {4, 5}) != nullptr);
  CHECK(cache.bytes() == 2 * kBytes);
}

TEST_CASE("Targets larger than the limit are not kept", "[style_target_cache]") {
  StyleTargetCache cache(kBytes);
  cache.keep("a", {4, 5}, targets(1));
  cache.keep("b", {4, 5}, targets(2, 9));
  CHECK(cache.find("b", {4, 5}) == nullptr);
  CHECK(cache.find("a", {4, 5}) != nullptr);
}

TEST_CASE("All that a loss looks at counts for the limit", "[style_target_cache]") {
  StyleTargetCache cache(10 * kBytes);
  StyleTargets all = targets(1);
  all.layers[0].mean = at::zeros({8}, at::kFloat);
  all.layers[0].quantiles = at::zeros({8, 20}, at::kFloat);
  cache.keep("a", {4, 5}, all);
  CHECK(cache.bytes() == kBytes + 8 * 4 + 8 * 20 * 4);
}
