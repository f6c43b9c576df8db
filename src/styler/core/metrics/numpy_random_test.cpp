#include "styler/core/metrics/numpy_random.hpp"

#include <algorithm>
#include <numeric>

#include "support/catch.hpp"

using namespace styler;

// numpy.random.RandomState(2020): permutation(10), then choice(100, 6, replace=False), of NumPy 2.
TEST_CASE("random orders are those of NumPy", "[metrics][unit]") {
  NumpyRandom random(2020);
  CHECK(random.permutation(10) == std::vector<int64_t>{2, 4, 9, 1, 5, 7, 6, 3, 8, 0});
  CHECK(random.choice(100, 6) == std::vector<int64_t>{46, 71, 47, 23, 83, 56});
}

TEST_CASE("a random order has every number once", "[metrics][unit]") {
  for (const int64_t count : {0, 1, 2, 257}) {
    std::vector<int64_t> order = NumpyRandom(static_cast<uint64_t>(count)).permutation(count);
    std::ranges::sort(order);
    std::vector<int64_t> all(static_cast<size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    CHECK(order == all);
  }
}
