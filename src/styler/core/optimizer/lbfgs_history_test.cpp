#include "styler/core/optimizer/lbfgs_history.hpp"

#include <ATen/Parallel.h>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;

namespace {

constexpr int64_t kColumns = 20001;  // some parts and a rest

at::Tensor tensor_of(const std::vector<double>& values) { return at::tensor(values, support::on_device(at::kDouble)); }

}  // namespace

TEST_CASE("Products with rows and sums of rows are what float64 says of the numbers as kept", "[history_rows]") {
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const at::Tensor rows = support::noise({3, kColumns}, dtype);
  const at::Tensor vector = support::noise({kColumns}, at::kFloat, 2);
  const at::Tensor wide = rows.to(at::kDouble);
  CHECK(support::relative_error(tensor_of(products_of_rows(rows, vector)), wide.mv(vector.to(at::kDouble))) < 1e-5);
  CHECK(product_of(rows[1], vector) == support::Approx(products_of_rows(rows, vector)[1]).epsilon(1e-5));
  const std::vector<double> weights = {0.5, -2, 0.25};
  const at::Tensor sum = sum_of_rows(rows, weights, at::kFloat);
  REQUIRE(sum.scalar_type() == at::kFloat);
  CHECK(support::relative_error(sum.to(at::kDouble), wide.t().mv(tensor_of(weights))) < 1e-6);
}

TEST_CASE("Sums of many equal numbers are exact enough for large pictures", "[history_rows]") {
  // Added one by one in float32 these would end at 2^24.
  const int64_t columns = int64_t{1} << 25;
  const at::Tensor row = at::ones({1}, support::on_device(at::kBFloat16)).expand({columns}).contiguous();
  CHECK(product_of(row, at::ones({columns}, support::on_device(at::kFloat))) == static_cast<double>(columns));
}

TEST_CASE("Products with rows and sums of rows are the same bits on any number of threads", "[history_rows]") {
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const at::Tensor rows = support::noise({3, kColumns}, dtype);
  const at::Tensor vector = support::noise({kColumns}, at::kFloat, 2);
  const int threads_before = at::get_num_threads();
  at::set_num_threads(1);
  const std::vector<double> products = products_of_rows(rows, vector);
  const at::Tensor sum = sum_of_rows(rows, {1, 2, 3}, at::kFloat);
  at::set_num_threads(3);
  CHECK(products_of_rows(rows, vector) == products);
  CHECK(at::equal(sum_of_rows(rows, {1, 2, 3}, at::kFloat), sum));
  at::set_num_threads(threads_before);
}
