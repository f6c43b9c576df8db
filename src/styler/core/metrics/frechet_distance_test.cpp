#include "styler/core/metrics/frechet_distance.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

namespace styler {
namespace {

FeatureStatistics gaussian_with(const at::Tensor& mean, const at::Tensor& covariance) { return {0, mean, covariance}; }

/// An orthogonal matrix.
at::Tensor rotation(int64_t dimensions, uint64_t seed) {
  return std::get<0>(at::linalg_qr(support::noise({dimensions, dimensions}, at::kDouble, seed)));
}

at::Tensor covariance_with(const at::Tensor& axes, const at::Tensor& variances) {
  return at::mm(axes * variances, axes.t());
}

FeatureStatistics statistics_of(const at::Tensor& rows) {
  FeatureAccumulator sums(rows.size(1));
  sums.add(rows);
  return sums.statistics();
}

}  // namespace

TEST_CASE("of equal covariances the distance is that of the means", "[frechet]") {
  constexpr int64_t kDimensions = 256;
  const at::Tensor mean = at::zeros({kDimensions}, support::on_device(at::kDouble));
  const at::Tensor identity = at::eye(kDimensions, support::on_device(at::kDouble));
  CHECK(frechet_distance(gaussian_with(mean, identity), gaussian_with(mean + 1, identity)) ==
        support::Approx(static_cast<double>(kDimensions)).margin(1e-9).epsilon(0));
  const at::Tensor any = statistics_of(support::noise({400, kDimensions})).covariance;
  CHECK(frechet_distance(gaussian_with(mean, any), gaussian_with(mean, any)) < 1e-9);
}

TEST_CASE("of commuting covariances the distance is that of the deviations", "[frechet]") {
  const at::Tensor axes = rotation(40, 3);
  const at::Tensor first = support::noise({40}, at::kDouble, 4).square();
  const at::Tensor second = support::noise({40}, at::kDouble, 5).square() * 1e-3;
  const at::Tensor mean = at::zeros({40}, support::on_device(at::kDouble));
  CHECK(frechet_distance(gaussian_with(mean, covariance_with(axes, first)),
                         gaussian_with(mean, covariance_with(axes, second))) ==
        support::Approx((first.sqrt() - second.sqrt()).square().sum().item<double>()).margin(1e-10).epsilon(0));
}

TEST_CASE("covariances of fewer pictures than dimensions are as good as others", "[frechet]") {
  // Each lives in directions of its own, so that Σ₁Σ₂ = 0 and the traces alone count.
  const at::Tensor axes = rotation(60, 6);
  const at::Tensor variances = at::ones({60}, support::on_device(at::kDouble));
  at::Tensor first = variances.clone();
  first.narrow(0, 20, 40).zero_();
  at::Tensor second = 3 * variances;
  second.narrow(0, 0, 50).zero_();
  const at::Tensor mean = at::zeros({60}, support::on_device(at::kDouble));
  CHECK(frechet_distance(gaussian_with(mean, covariance_with(axes, first)),
                         gaussian_with(mean, covariance_with(axes, second))) ==
        support::Approx(20.0 + 30.0).margin(1e-9).epsilon(0));
  const at::Tensor nothing = at::zeros({60, 60}, support::on_device(at::kDouble));
  CHECK(frechet_distance(gaussian_with(mean, nothing), gaussian_with(mean, covariance_with(axes, second))) ==
        support::Approx(30.0).margin(1e-9).epsilon(0));
  CHECK(frechet_distance(gaussian_with(mean, nothing), gaussian_with(mean, nothing)) == 0);
}

TEST_CASE("the trace of the root is that of the symmetric form", "[frechet]") {
  const FeatureStatistics a = statistics_of(support::noise({50, 12}, at::kDouble, 7));
  const FeatureStatistics b =
      statistics_of(at::mm(support::noise({50, 12}, at::kDouble, 8), rotation(12, 9)) * 2 + 0.3);
  const auto root = [](const at::Tensor& symmetric) {
    const auto [values, vectors] = at::linalg_eigh(symmetric);
    return at::mm(vectors * values.clamp_min(0).sqrt(), vectors.t());
  };
  const at::Tensor half = root(a.covariance);
  const double trace = root(at::mm(at::mm(half, b.covariance), half)).trace().item<double>();
  const double expected = (a.mean - b.mean).square().sum().item<double>() +
                          (a.covariance + b.covariance).trace().item<double>() - 2 * trace;
  CHECK(frechet_distance(a, b) == support::Approx(expected).margin(1e-9).epsilon(0));
  CHECK(frechet_distance(b, a) == support::Approx(expected).margin(1e-9).epsilon(0));
}

TEST_CASE("features that come piece by piece give the statistics of all at once", "[frechet]") {
  const at::Tensor rows = support::noise({1000, 5}, at::kDouble, 10) * 1e-3 + 1e5;  // a large mean costs no digits
  FeatureAccumulator sums(5);
  int64_t first = 0;
  for (const int64_t count : {1, 0, 2, 300, 97, 600}) {
    sums.add(rows.narrow(0, first, count));
    first += count;
  }
  const FeatureStatistics statistics = sums.statistics();
  CHECK(statistics.count == 1000);
  CHECK(sums.count() == 1000);
  const at::Tensor centred = rows - rows.mean(0);
  CHECK(support::relative_error(statistics.mean, rows.mean(0)) < 1e-14);
  CHECK(support::relative_error(statistics.covariance, at::mm(centred.t(), centred) / 999) < 1e-9);
}

TEST_CASE("rows are a Gaussian without its covariance, be they fewer than dimensions or more", "[frechet]") {
  for (const int64_t count : {5, 40}) {
    const at::Tensor a = support::noise({count, 20}, at::kDouble, 11);
    const at::Tensor b = support::noise({30, 20}, at::kDouble, 12) * 2 + 1;
    const double expected = frechet_distance(statistics_of(a), statistics_of(b));
    CHECK(frechet_distance(gaussian_of_rows(a), gaussian_of_rows(b)) == support::Approx(expected).epsilon(1e-9));
    CHECK(gaussian_of_rows(a).trace == support::Approx(statistics_of(a).covariance.trace().item<double>()));
  }
}

}  // namespace styler
