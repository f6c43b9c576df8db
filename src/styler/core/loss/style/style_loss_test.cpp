#include <cmath>
#include <functional>

#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/loss/style/gram_mean.hpp"
#include "styler/core/loss/style/quantiles.hpp"
#include "styler/core/loss/style/table.hpp"
#include "styler/core/loss/style/wasserstein.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;
using support::noise;
using support::numeric_gradient;
using support::relative_error;

namespace {

double weight_sum(const at::Tensor& features, const at::Tensor& weights) {
  return weights.defined() ? weights.sum(at::kDouble).item<double>()
                           : static_cast<double>(features.size(2) * features.size(3));
}

LayerStatistics moments(const at::Tensor& features, const at::Tensor& weights = {}) {
  return {gram_matrix(features, weights), mean_sum(features, weights) / weight_sum(features, weights), {}};
}

/// Correlated, with means of their own.
at::Tensor features_like(int64_t height, int64_t width, uint64_t seed, at::ScalarType dtype = at::kDouble) {
  const at::Tensor mixing = noise({4, 4}, at::kDouble, 40 + seed) + at::eye(4, support::on_device(at::kDouble));
  const at::Tensor values = at::mm(mixing, noise({4, height * width}, at::kDouble, seed));
  return (values + noise({4, 1}, at::kDouble, 60 + seed)).view({1, 4, height, width}).to(dtype);
}

at::Tensor some_weights(int64_t height, int64_t width) {
  return noise({1, 1, height, width}, at::kDouble, 3).clamp(0, 1);
}

/// As many copies of each position as its weight says.
at::Tensor repeated(const at::Tensor& features, const at::Tensor& weights) {
  return features.flatten(2).repeat_interleave(weights.flatten().to(at::kLong), 2).unsqueeze(2);
}

struct Direct {
  double loss;
  at::Tensor gradient;
};

void check_gradient(const at::Tensor& features, const std::function<Direct(const at::Tensor&)>& loss,
                    double tolerance = 1e-6) {
  const Direct result = loss(features);
  CHECK(result.loss > 0);
  const at::Tensor numeric = numeric_gradient([&](const at::Tensor& x) { return loss(x).loss; }, features);
  CHECK(relative_error(result.gradient, numeric) < tolerance);
}

Direct gram_mean(const at::Tensor& features, const LayerStatistics& style, const at::Tensor& weights) {
  const MomentLoss loss = gram_mean_loss(moments(features, weights), style, 0.7, 0.4);
  return {loss.loss, moment_feature_gradient(loss, features, weight_sum(features, weights), weights)};
}

Direct wasserstein(const at::Tensor& features, const LayerStatistics& style, const at::Tensor& weights) {
  const MomentLoss loss = wasserstein_loss(moments(features, weights), gaussian_target(style), 0.7);
  return {loss.loss, moment_feature_gradient(loss, features, weight_sum(features, weights), weights)};
}

double distance(const LayerStatistics& a, const LayerStatistics& b) {
  return wasserstein_loss(a, gaussian_target(b), 1.0).loss;
}

/// Of a Gaussian with this mean and covariance.
LayerStatistics gaussian(const at::Tensor& mean, const at::Tensor& covariance) {
  return {covariance + at::outer(mean, mean), mean, {}};
}

/// Σ over rows of the mean of (sorted a − sorted b)², for as many values of each.
double sorted_difference(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor difference = std::get<0>(a.sort(1)) - std::get<0>(b.sort(1));
  return difference.square().mean(1).sum().item<double>();
}

}  // namespace

TEST_CASE("Sums of features over parts add up, and weights count as repetition", "[style_loss]") {
  const auto dtype = GENERATE(at::kDouble, at::kFloat, at::kBFloat16);
  const at::Tensor features = features_like(120, 90, 1, dtype);
  const at::Tensor whole = mean_sum(features);
  const at::Tensor parts = mean_sum(features.narrow(2, 0, 50)) + mean_sum(features.narrow(2, 50, 70));
  CHECK(relative_error(parts, whole) < 1e-5);
  CHECK(relative_error(whole.to(at::kDouble), features.to(at::kDouble).sum({0, 2, 3})) < 1e-5);
  const at::Tensor counts =
      at::randint(0, 4, {1, 1, 120, 90}, at::detail::createCPUGenerator(5), at::kFloat).to(support::test_device());
  CHECK(relative_error(mean_sum(features, counts), mean_sum(repeated(features, counts))) < 1e-5);
}

TEST_CASE("The gradient of every style loss there is agrees with central differences", "[style_loss]") {
  const auto& [loss, word] = kStyleLosses.entries.at(GENERATE(range(size_t{0}, kStyleLosses.entries.size())));
  CAPTURE(std::string(word));
  const StyleLossKind& kind = style_loss_kind(loss);
  CHECK(kind.by_whole_layers() == needs_whole_layers(loss));
  CHECK((kind.by_whole_layers() ? kind.bytes_per_weighted_value >= kind.bytes_per_value && kind.bytes_per_value > 0
                                : kind.by_moments()));
  const at::Tensor weights = GENERATE(false, true) ? some_weights(6, 5) : at::Tensor();
  const at::Tensor painting = features_like(7, 8, 2);
  LayerStatistics sums;
  add_statistics(sums, kind, painting, {});
  const auto term = kind.make_term(per_position(sums, weight_sum(painting, {})), LossNormalization::Styler, 0.7);
  check_gradient(features_like(6, 5, 1), [&](const at::Tensor& x) {
    LayerStatistics moments_here;
    add_moments(moments_here, kind, x, weights);
    const MomentLoss of_moments = term->of_moments(per_position(moments_here, weight_sum(x, weights)));
    const LossAndGradient of_features = term->of_features(x, weights, /*with_gradient=*/true);
    Direct result{of_moments.loss + of_features.loss, at::zeros_like(x)};
    if (of_moments.has_gradient()) {
      result.gradient += moment_feature_gradient(of_moments, x, weight_sum(x, weights), weights);
    }
    if (of_features.gradient.defined()) result.gradient += of_features.gradient;
    return result;
  });
}

TEST_CASE("The gradient of losses of moments agrees with central differences", "[style_loss]") {
  const at::Tensor features = features_like(6, 5, 1);
  const LayerStatistics style = moments(features_like(7, 8, 2));
  const at::Tensor weights = GENERATE(false, true) ? some_weights(6, 5) : at::Tensor();
  SECTION("gram-mean") {
    check_gradient(features, [&](const at::Tensor& x) { return gram_mean(x, style, weights); });
  }
  SECTION("Wasserstein") {
    check_gradient(features, [&](const at::Tensor& x) { return wasserstein(x, style, weights); });
  }
  SECTION("Wasserstein, with fewer positions than channels in both") {
    const LayerStatistics few = moments(features_like(1, 3, 2));
    const at::Tensor three = features_like(1, 3, 4);
    check_gradient(three, [&](const at::Tensor& x) { return wasserstein(x, few, {}); }, 1e-4);
  }
}

TEST_CASE("A mean that is told from the variation", "[style_loss]") {
  // The same Gram matrix: once all in the mean, once without one.
  const at::Tensor flat = at::ones({1, 1, 4, 4}, support::on_device(at::kDouble));
  at::Tensor turning = flat.clone();
  turning.narrow(2, 0, 2).neg_();
  CHECK(gram_loss(gram_matrix(flat), gram_matrix(turning), 1.0).loss == 0);
  CHECK(gram_mean_loss(moments(flat), moments(turning), 1.0, 1.0).loss == support::Approx(1));
  CHECK(distance(moments(flat), moments(turning)) > 0.9);
}

TEST_CASE("The Wasserstein loss is the distance of Gaussians", "[style_loss]") {
  const at::Tensor mean = noise({4}, at::kDouble, 1);
  const at::Tensor mixing = noise({4, 4}, at::kDouble, 2);
  const at::Tensor covariance = at::mm(mixing, mixing.t());
  const LayerStatistics one = gaussian(mean, covariance);
  SECTION("equal ones have none") { CHECK(std::abs(distance(one, one)) < 1e-10); }
  SECTION("shifted ones have that of their means") {
    const at::Tensor shift = noise({4}, at::kDouble, 3);
    const double expected = shift.square().sum().item<double>();
    CHECK(distance(gaussian(mean + shift, covariance), one) == support::Approx(expected));
  }
  SECTION("of diagonal covariances the deviations' differences count") {
    const at::Tensor a = at::tensor({0.0, 0.5, 1.0, 4.0}, support::on_device(at::kDouble));
    const at::Tensor b = at::tensor({1.0, 0.0, 1.0, 9.0}, support::on_device(at::kDouble));
    const LayerStatistics style = gaussian(mean, at::diag(b));
    const double epsilon = gaussian_target(style).epsilon;
    CHECK(epsilon < 0.01);
    const double expected = ((a + epsilon).sqrt() - (b + epsilon).sqrt()).square().sum().item<double>();
    CHECK(distance(gaussian(mean, at::diag(a)), style) == support::Approx(expected));
  }
  SECTION("scaling features by s scales it by s²") {
    const LayerStatistics other = moments(features_like(7, 8, 2));
    const auto scaled = [](const LayerStatistics& of, double s) {
      return LayerStatistics{of.gram * (s * s), of.mean * s, {}};
    };
    CHECK(distance(scaled(one, 3), scaled(other, 3)) == support::Approx(9 * distance(one, other)));
  }
  SECTION("in float32 it is the same to rounding") {
    const auto narrow = [](const LayerStatistics& of) {
      return LayerStatistics{of.gram.to(at::kFloat), of.mean.to(at::kFloat), {}};
    };
    const LayerStatistics other = moments(features_like(7, 8, 2));
    CHECK(distance(narrow(one), narrow(other)) == support::Approx(distance(one, other)).epsilon(1e-4));
  }
}

TEST_CASE("A style of nothing, or of one colour, leaves the Wasserstein loss finite", "[style_loss]") {
  const LayerStatistics picture = moments(features_like(6, 5, 1));
  for (const double value : {0.0, 2.0}) {
    const MomentLoss loss = wasserstein_loss(
        picture, gaussian_target(moments(at::full({1, 4, 5, 5}, value, support::on_device(at::kDouble)))), 1.0);
    CHECK(std::isfinite(loss.loss));
    CHECK(loss.gram_gradient.isfinite().all().item<bool>());
    CHECK(loss.mean_gradient.isfinite().all().item<bool>());
  }
}

TEST_CASE("Directions are orthonormal, and always the same", "[style_loss]") {
  const at::Tensor directions = slicing_directions(16, support::test_device());
  CHECK(at::allclose(at::mm(directions, directions.t()), at::eye(16, support::on_device()), 0, 1e-6));
  CHECK(at::equal(directions, slicing_directions(16, support::test_device())));
}

TEST_CASE("Quantiles go by the values and not by where they are", "[style_loss]") {
  const at::Tensor directions = GENERATE(false, true) ? slicing_directions(4, support::test_device()) : at::Tensor();
  const at::Tensor features = features_like(8, 8, 1);
  const at::Tensor quantiles = quantiles_of(features, directions);
  const at::Tensor order = at::randperm(64, at::detail::createCPUGenerator(2), at::kLong);
  const at::Tensor moved = features.view({1, 4, 64}).index_select(2, order).view({1, 4, 8, 8});
  CHECK(relative_error(quantiles_of(moved, directions), quantiles) < 1e-12);
  CHECK(quantile_loss(moved, quantiles, directions, 1.0).loss < 1e-20);
  CHECK(quantile_loss(moved, quantiles, directions, 1.0).gradient.abs().max().item<double>() < 1e-12);
  // A picture of half or twice the size with the same values is as near.
  CHECK(relative_error(quantiles_of(at::cat({features, moved}, 2), directions), quantiles) < 1e-12);
  CHECK(quantile_loss(at::cat({features, moved}, 2), quantiles, directions, 1.0).loss < 1e-20);
  const at::Tensor twice = quantiles_of(at::cat({features, features}, 3), directions);
  CHECK(quantile_loss(features, twice, directions, 1.0).loss < 1e-20);
}

TEST_CASE("The loss of quantiles is the mean squared difference of sorted values", "[style_loss]") {
  const at::Tensor features = features_like(8, 8, 1);
  const at::Tensor style = features_like(8, 8, 2);
  const auto rows = [](const at::Tensor& x) { return x.view({4, 64}); };
  const double of_channels = quantile_loss(features, quantiles_of(style, {}), {}, 0.5).loss;
  CHECK(of_channels == support::Approx(0.5 * sorted_difference(rows(features), rows(style))));
  const at::Tensor directions = slicing_directions(4, support::test_device());
  const at::Tensor turn = directions.to(at::kDouble);
  const double sliced = quantile_loss(features, quantiles_of(style, directions), directions, 0.5).loss;
  CHECK(sliced == support::Approx(0.5 * sorted_difference(turn.mm(rows(features)), turn.mm(rows(style)))));
  CHECK(quantile_loss(features, quantiles_of(features + 0.3, {}), {}, 1.0).loss == support::Approx(4 * 0.3 * 0.3));
}

TEST_CASE("Directions tell correlations that channels can't", "[style_loss]") {
  const at::Tensor values = noise({1, 1, 8, 8});
  const at::Tensor together = at::cat({values, values}, 1);
  const at::Tensor apart = at::cat({values, values.flip({2, 3})}, 1);  // the same values of each
  CHECK(quantile_loss(together, quantiles_of(apart, {}), {}, 1.0).loss < 1e-20);
  const at::Tensor directions = slicing_directions(2, support::test_device());
  CHECK(quantile_loss(together, quantiles_of(apart, directions), directions, 1.0).loss > 0.01);
}

TEST_CASE("The gradient of the loss of quantiles agrees with central differences", "[style_loss]") {
  const at::Tensor directions = GENERATE(false, true) ? slicing_directions(4, support::test_device()) : at::Tensor();
  const at::Tensor weights = GENERATE(false, true) ? some_weights(6, 5) : at::Tensor();
  const at::Tensor quantiles = quantiles_of(features_like(7, 8, 2), directions);
  check_gradient(features_like(6, 5, 1), [&](const at::Tensor& x) {
    LossAndGradient result = quantile_loss(x, quantiles, directions, 0.7, weights);
    CHECK(quantile_loss(x, quantiles, directions, 0.7, weights, false).loss == result.loss);
    return Direct{result.loss, result.gradient};
  });
}

TEST_CASE("Weights count as repetition for quantiles", "[style_loss]") {
  const at::Tensor directions = GENERATE(false, true) ? slicing_directions(4, support::test_device()) : at::Tensor();
  const at::Tensor features = features_like(5, 6, 1);
  const at::Tensor counts =
      at::randint(0, 4, {1, 1, 5, 6}, at::detail::createCPUGenerator(5), at::kDouble).to(support::test_device());
  const at::Tensor copies = repeated(features, counts);
  CHECK(relative_error(quantiles_of(features, directions, counts), quantiles_of(copies, directions)) < 1e-9);
  CHECK(relative_error(quantiles_of(features, directions, counts * 0.3), quantiles_of(copies, directions)) < 1e-9);

  const at::Tensor style = quantiles_of(features_like(7, 8, 2), directions);
  const at::Tensor gradient = quantile_loss(features, style, directions, 1.0, counts).gradient;
  const at::Tensor of_copies = quantile_loss(copies, style, directions, 1.0).gradient.flatten(2);
  const at::Tensor positions = at::arange(30, support::on_device()).repeat_interleave(counts.flatten().to(at::kLong));
  const at::Tensor sums = at::zeros({1, 4, 30}, support::on_device(at::kDouble)).index_add(2, positions, of_copies);
  CHECK(relative_error(gradient, sums.view_as(gradient)) < 1e-9);
}

TEST_CASE("bfloat16 features are sorted and summed in float32", "[style_loss]") {
  const at::Tensor directions = GENERATE(false, true) ? slicing_directions(4, support::test_device()) : at::Tensor();
  const at::Tensor features = features_like(40, 30, 1, at::kBFloat16).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor style = quantiles_of(features_like(50, 40, 2, at::kFloat), directions);
  const LossAndGradient narrow = quantile_loss(features, style, directions, 1.0);
  const LossAndGradient wide = quantile_loss(features.to(at::kDouble), style.to(at::kDouble), directions, 1.0);
  CHECK(narrow.loss == support::Approx(wide.loss).epsilon(1e-5));
  CHECK(narrow.gradient.scalar_type() == at::kBFloat16);
  CHECK(narrow.gradient.sizes() == features.sizes());
  CHECK(relative_error(narrow.gradient.to(at::kDouble), wide.gradient) < 0.02);
}

TEST_CASE("Many positions are sorted in several steps", "[style_loss]") {
  const at::Tensor features = noise({1, 4, 900, 800}, at::kFloat);  // more values than are sorted at a time
  const at::Tensor quantiles = quantiles_of(features, {});
  const at::Tensor sorted = std::get<0>(features.view({4, -1}).sort(1));
  for (const int64_t part : {200, 1800}) {
    CHECK(relative_error(quantiles.select(1, part), sorted.select(1, part * 900 * 800 / kQuantiles)) < 0.01);
  }
  CHECK(at::allclose(quantiles.mean(1), features.mean({0, 2, 3}), 0, 1e-5));
  CHECK(quantile_loss(features, quantiles, {}, 1.0, {}, false).loss < 1e-3);
}

TEST_CASE("A distance from what is not finite is infinite, and no exception", "[style_loss]") {
  const LayerStatistics sound{
      at::eye(3, support::on_device(at::kDouble)) * 2, at::ones({3}, support::on_device(at::kDouble)), {}};
  LayerStatistics broken = sound;
  broken.gram = broken.gram / 0.0;
  CHECK(!std::isfinite(wasserstein_loss(broken, gaussian_target(sound), 1).loss));
  CHECK(!std::isfinite(wasserstein_loss(sound, gaussian_target(broken), 1).loss));
}
