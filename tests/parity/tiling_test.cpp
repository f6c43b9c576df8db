#include <ATen/TensorOperators.h>
#include <ATen/ops/quantile.h>

#include <string>

#include "fixtures.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/network/vgg19.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {
namespace {

constexpr double kTilingTolerance = 1e-5;  // float32; a unit test has float64

TEST_CASE("Tiles change neither loss nor gradient of the real network", "[parity][weights]") {
  const auto weights = parity::real_weights();
  if (!weights) return;
  const Preset preset = GENERATE(Preset::Styler, Preset::NeuralStyle, Preset::Gatys);
  const Pooling pooling = GENERATE(Pooling::Max, Pooling::Average);
  const ComputeDevice device = parity::test_device(at::kFloat);
  const auto picture = [&](Size size, uint64_t seed) {
    return support::picture(size, seed, at::kDouble).to(device.device, at::kFloat);
  };
  const ObjectiveOptions options = ObjectiveOptions::preset(preset);
  const auto network = make_vgg19(*weights, options.layers(), pooling, device, options.padding);
  const Picture content{picture({107, 134}, 1), {}};
  const StyleTargets targets = compute_style_targets(*network, options, {picture({91, 80}, 7), {}});
  const at::Tensor start = picture({107, 134}, 5);

  Objective objective(*network, options, content, {{targets}});
  const auto [loss, gradient] = objective.evaluate(start);
  for (const Tiling tiling : {Tiling{2, 40}, Tiling{3, 48}, Tiling{5, 64}}) {
    CAPTURE(preset, tiling.blocks);
    const StyleTargets tiled_targets = compute_style_targets(*network, options, {picture({91, 80}, 7), {}}, tiling);
    for (size_t i = 0; i < targets.layers.size(); ++i) {
      CHECK(parity::relative_error(tiled_targets.layers[i].gram, targets.layers[i].gram) < kTilingTolerance);
    }
    objective.set_tiling(tiling);
    const auto [tiled_loss, tiled_gradient] = objective.evaluate(start);
    CHECK(tiled_loss.total == support::Approx(loss.total).epsilon(kTilingTolerance));
    const at::Tensor change = (tiled_gradient - gradient).abs();
    const double largest = gradient.abs().max().item<double>();
    if (pooling == Pooling::Average) {
      CHECK(change.norm().item<double>() < kTilingTolerance * gradient.norm().item<double>());
    }
    // Where two positions share a maximum to the last bits, rounding decides which of them the gradient goes to: in the
    // patch that sees them it may differ, by 0.2 % of the largest in the one patch of these that does.
    CHECK(at::quantile(change.flatten(), 0.9).item<double>() < kTilingTolerance * largest);
    CHECK(change.max().item<double>() < 0.01 * largest);
  }
}

}  // namespace
}  // namespace styler
