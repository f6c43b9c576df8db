#include "fixtures.hpp"
#include "styler/core/loss/range.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/loss/style/quantiles.hpp"
#include "styler/core/loss/style/wasserstein.hpp"
#include "styler/core/loss/total_variation.hpp"
#include "support/catch.hpp"
#include "support/feature_losses.hpp"

namespace styler {
namespace {

constexpr double kTolerance = 1e-13;  // float64 on both sides

void check(const LossAndGradient& found, const nlohmann::json& expected, double tolerance = kTolerance) {
  CHECK(found.loss == support::Approx(expected.at("loss").get<double>()).epsilon(tolerance));
  const at::Tensor gradient = parity::tensor_of(expected.at("gradient"), found.gradient.sizes());
  CHECK(parity::relative_error(found.gradient, gradient) < tolerance);
}

TEST_CASE("Losses and their written-out gradients are those of PyTorch's autograd", "[parity]") {
  const nlohmann::json fixture = parity::fixture("losses");
  const double factor = fixture.at("factor").get<double>();
  const at::Tensor features = parity::tensor_of(fixture.at("features"));
  const at::Tensor style_gram = parity::tensor_of(fixture.at("style_gram"));
  const at::Tensor picture = parity::tensor_of(fixture.at("picture"));

  const at::Tensor gram = parity::tensor_of(fixture.at("gram"), style_gram.sizes());
  CHECK(parity::relative_error(gram_matrix(features), gram) < kTolerance);
  check(support::content_loss(features, parity::tensor_of(fixture.at("target")), factor), fixture.at("content"));
  check(support::gram_loss(features, style_gram, factor), fixture.at("style"));
  check(total_variation_loss(picture, factor), fixture.at("total_variation"));
  check(range_loss(picture, 0.0, 1.0, factor), fixture.at("range"));
}

TEST_CASE("Style losses beyond Gram are those of PyTorch's autograd, by other ways", "[parity]") {
  const nlohmann::json fixture = parity::fixture("style_losses");
  const double factor = fixture.at("factor").get<double>();
  const at::Tensor features = parity::tensor_of(fixture.at("features"));
  const at::Tensor style = parity::tensor_of(fixture.at("style"));
  const at::Tensor directions = parity::tensor_of(fixture.at("directions"));
  constexpr double kPositions = 32;
  const auto moments = [&](const at::Tensor& x) {
    return LayerStatistics{gram_matrix(x), mean_sum(x) / kPositions, {}};
  };
  const GaussianTarget target = gaussian_target(moments(style));
  CHECK(target.epsilon == support::Approx(fixture.at("epsilon").get<double>()));
  const MomentLoss wasserstein = wasserstein_loss(moments(features), target, factor);
  check({wasserstein.loss, moment_feature_gradient(wasserstein, features, kPositions)}, fixture.at("wasserstein"),
        1e-10);
  check(quantile_loss(features, quantiles_of(style, {}), {}, factor), fixture.at("histogram"), 1e-10);
  check(quantile_loss(features, quantiles_of(style, directions), directions, factor), fixture.at("sliced"), 1e-10);
}

}  // namespace
}  // namespace styler
