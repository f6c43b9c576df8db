#include "styler/core/compute/sorted_rows.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;

TEST_CASE("Rows are sorted as LibTorch sorts them, and equal values keep their order", "[sorted_rows]") {
  const auto dtype = GENERATE(at::kFloat, at::kDouble);
  at::Tensor rows = support::noise({5, 3000}, dtype);
  rows.select(0, 1).clamp_min_(0);       // as features are: half of them 0
  rows.select(0, 2).mul_(1e-42);         // denormal in float32
  rows.select(0, 3).mul_(7).round_();    // few values
  rows.select(0, 4).mul_(1e30).pow_(3);  // infinite at both ends
  rows.add_(0.0);                        // no negative zeros, which come before others here
  const bool transposed = GENERATE(false, true);
  const SortedRows sorted = sorted_rows(transposed ? rows.t().contiguous().t() : rows);
  const auto [values, order] = at::sort(rows, /*stable=*/true, 1, /*descending=*/false);
  CHECK(at::equal(sorted.values, values));
  CHECK(at::equal(sorted.order, order));
}

TEST_CASE("A row of one value or none is sorted too", "[sorted_rows]") {
  for (const int64_t count : {0, 1}) {
    const SortedRows sorted = sorted_rows(at::full({2, count}, 3.0, support::on_device(at::kFloat)));
    CHECK(sorted.values.sizes() == at::IntArrayRef({2, count}));
    CHECK(at::equal(sorted.order, at::zeros({2, count}, support::on_device(at::kLong))));
  }
}
