#include "styler/core/loss/nearness.hpp"
#include "styler/core/loss/range.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/loss/total_variation.hpp"
#include "support/catch.hpp"
#include "support/feature_losses.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;
using support::noise;
using support::numeric_gradient;
using support::relative_error;

namespace {
constexpr double kGradientTolerance = 1e-7;  // what central differences leave in float64
}

TEST_CASE("gram_matrix is symmetric and positive semi-definite", "[losses]") {
  const at::Tensor gram = gram_matrix(noise({1, 8, 5, 7}));
  CHECK(at::allclose(gram, gram.t(), 1e-12, 1e-14));
  CHECK(at::linalg_eigvalsh(gram).min().item<double>() > -1e-12);
}

TEST_CASE("gram_matrix ignores where features are", "[losses]") {
  const auto dtype = GENERATE(at::kFloat, at::kDouble);
  const at::Tensor features = noise({1, 8, 5, 7}, dtype);
  const at::Tensor order = at::randperm(35, at::kLong);
  const at::Tensor moved = features.view({1, 8, 35}).index_select(2, order).view({1, 8, 5, 7});
  CHECK(relative_error(gram_matrix(moved), gram_matrix(features)) < 1e-6);
}

TEST_CASE("gram_matrix does not depend on the memory format", "[losses]") {
  const at::Tensor features = noise({1, 8, 5, 7});
  CHECK(relative_error(gram_matrix(features.contiguous(at::MemoryFormat::ChannelsLast)), gram_matrix(features)) <
        1e-12);
}

TEST_CASE("gram_matrix of bfloat16 features is summed in float32", "[losses]") {
  // More positions than one block holds, and sums that bfloat16 (8 bits of mantissa) could not hold.
  const at::Tensor features = noise({1, 3, 130, 150}, at::kBFloat16);
  const at::Tensor gram = gram_matrix(features);
  CHECK(gram.scalar_type() == at::kFloat);
  CHECK(relative_error(gram.to(at::kDouble), gram_matrix(features.to(at::kDouble))) < 1e-5);
}

TEST_CASE("Positions of weight 0 are no part of gram_matrix", "[losses]") {
  const auto dtype = GENERATE(at::kDouble, at::kFloat, at::kBFloat16);
  const at::Tensor features = noise({1, 8, 120, 90}, at::kDouble).to(dtype);  // more than one block of positions
  at::Tensor weights = at::ones({1, 1, 120, 90}, support::on_device(at::kFloat));
  weights.narrow(2, 70, 50).zero_();
  const at::Tensor visible = features.narrow(2, 0, 70).contiguous();
  CHECK(relative_error(gram_matrix(features, weights), gram_matrix(visible)) < 1e-5);
  CHECK(relative_error(gram_matrix(features, weights * 0.25), gram_matrix(visible)) < 1e-5);
}

TEST_CASE("Every loss is zero at its target", "[losses]") {
  const at::Tensor features = noise({1, 4, 6, 5});
  CHECK(content_loss(features, features, 3.0) == 0);
  CHECK(gram_loss(gram_matrix(features), gram_matrix(features), 3.0).loss == 0);
  CHECK(total_variation_loss(at::full({1, 3, 6, 5}, 0.3, support::on_device(at::kDouble)), 3.0).loss == 0);
  CHECK(range_loss(features.clamp(0, 1), 0, 1, 3.0).loss == 0);
  CHECK(nearness_loss(features, {features, at::ones({1, 1, 6, 5}, support::on_device(at::kDouble))}, 3.0).loss == 0);
}

TEST_CASE("The gradient of each loss agrees with central differences", "[losses]") {
  const at::Tensor features = noise({1, 4, 6, 5}, at::kDouble, 1);
  const at::Tensor other = noise({1, 4, 6, 5}, at::kDouble, 2);
  const at::Tensor weights = noise({1, 1, 6, 5}, at::kDouble, 3).clamp(0, 1);
  const auto check = [&](const std::function<LossAndGradient(const at::Tensor&)>& loss) {
    const LossAndGradient result = loss(features);
    CHECK(result.loss > 0);
    const at::Tensor numeric = numeric_gradient([&](const at::Tensor& x) { return loss(x).loss; }, features);
    CHECK(relative_error(result.gradient, numeric) < kGradientTolerance);
  };
  SECTION("content") {
    check([&](const at::Tensor& x) { return support::content_loss(x, other, 0.7); });
  }
  SECTION("Gram") {
    check([&](const at::Tensor& x) { return support::gram_loss(x, gram_matrix(other), 0.7); });
  }
  SECTION("content with weights") {
    check([&](const at::Tensor& x) { return support::content_loss(x, other, 0.7, weights); });
  }
  SECTION("Gram with weights") {
    check([&](const at::Tensor& x) { return support::gram_loss(x, gram_matrix(other), 0.7, weights); });
  }
  SECTION("total variation") {
    check([&](const at::Tensor& x) { return total_variation_loss(x, 0.7); });
    check([&](const at::Tensor& x) { return total_variation_loss(x, 0.7, /*wraps=*/true); });
  }
  SECTION("range") {
    check([&](const at::Tensor& x) { return range_loss(x, -0.5, 0.5, 0.7); });
  }
  SECTION("nearness") {
    check([&](const at::Tensor& x) { return nearness_loss(x, {other, weights}, 0.7); });
  }
}

TEST_CASE("total_variation_loss sums the steps between neighbours", "[losses]") {
  const at::Tensor stairs = at::tensor({0.0, 1.0, 3.0, 3.0}, support::on_device(at::kDouble)).view({1, 1, 2, 2});
  CHECK(total_variation_loss(stairs, 1.0).loss == 1 + 0 + 3 + 2);
  CHECK(total_variation_loss(at::ones({1, 3, 1, 1}, support::on_device(at::kDouble)), 1.0).loss == 0);
  // On a torus also those from the last to the first, which here are the same ones again.
  CHECK(total_variation_loss(stairs, 1.0, /*wraps=*/true).loss == 12);
}
