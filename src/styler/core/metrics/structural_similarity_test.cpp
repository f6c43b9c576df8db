#include "styler/core/metrics/structural_similarity.hpp"

#include <ATen/ATen.h>

#include "styler/core/metrics/self_similarity.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

namespace styler {

TEST_CASE("a picture is as similar to itself as can be, and less to what differs more", "[ssim]") {
  const at::Tensor picture = support::picture({33, 47});
  CHECK(structural_similarity(picture, picture) == support::Approx(1.0).margin(1e-12).epsilon(0));
  double before = 1;
  for (const double grain : {0.02, 0.1, 0.4}) {
    const double similarity =
        structural_similarity(picture, picture + grain * support::noise({1, 3, 33, 47}, at::kFloat));
    CHECK(similarity < before);
    before = similarity;
  }
}

TEST_CASE("of flat pictures the means alone count", "[ssim]") {
  const at::Tensor dark = at::full({1, 3, 11, 11}, 0.25, support::on_device(at::kFloat));
  const at::Tensor light = at::full({1, 3, 11, 11}, 0.75, support::on_device(at::kFloat));
  CHECK(structural_similarity(dark, light) ==
        support::Approx((2 * 0.25 * 0.75 + 1e-4) / (0.25 * 0.25 + 0.75 * 0.75 + 1e-4)).margin(1e-9).epsilon(0));
}

TEST_CASE("one window is the definition's sum", "[ssim]") {
  const at::Tensor x = support::noise({1, 3, 11, 11}, at::kDouble, 1) * 0.2 + 0.5;
  const at::Tensor y = support::noise({1, 3, 11, 11}, at::kDouble, 2) * 0.2 + 0.4;
  const at::Tensor line = (-(at::arange(-5, 6, support::on_device(at::kDouble)).square()) / 4.5).exp();
  at::Tensor window = at::outer(line, line);
  window = window / window.sum();
  double sum = 0;
  for (int64_t c = 0; c < 3; ++c) {
    const auto mean = [&](const at::Tensor& values) { return (window * values).sum().item<double>(); };
    const at::Tensor a = x[0][c], b = y[0][c];
    const double mean_a = mean(a), mean_b = mean(b);
    const double variance_a = mean((a - mean_a).square()), variance_b = mean((b - mean_b).square());
    const double covariance = mean((a - mean_a) * (b - mean_b));
    sum += (2 * mean_a * mean_b + 1e-4) * (2 * covariance + 9e-4) /
           ((mean_a * mean_a + mean_b * mean_b + 1e-4) * (variance_a + variance_b + 9e-4));
  }
  CHECK(structural_similarity(x, y) == support::Approx(sum / 3).margin(1e-10).epsilon(0));
}

TEST_CASE("the self-similarity distance is the divergence of the rows, however many are taken at once", "[cfsd]") {
  const at::Tensor a = support::noise({1, 4, 50, 60}, at::kFloat, 1);  // more than one block
  const at::Tensor b = support::noise({1, 4, 50, 60}, at::kFloat, 2);
  CHECK(self_similarity_distance(a, a) == 0);
  const auto log_shares = [](const at::Tensor& features) {
    const at::Tensor places = features[0].flatten(1).t();
    return at::log_softmax(at::mm(places, places.t()) / 4, 1);
  };
  const at::Tensor of_a = log_shares(a);
  const double expected = (of_a.exp() * (of_a - log_shares(b))).sum(1).mean().item<double>();
  CHECK(self_similarity_distance(a, b) == support::Approx(expected).margin(1e-5).epsilon(0));
}

}  // namespace styler
