#include "styler/core/loss/objective.hpp"

#include <ATen/TensorOperators.h>

#include <array>
#include <string>

#include "fixtures.hpp"
#include "styler/core/network/vgg19.hpp"
#include "support/catch.hpp"

namespace styler {
namespace {

/// Errors allowed in a loss and, relative to its largest entry, in the picture's gradient. In float32 now and then
/// another one of two nearly equal values is a pooling's maximum, and one pixel's gradient goes to its neighbour.
struct Tolerance {
  c10::ScalarType dtype;
  double loss;
  double gradient;
};

TEST_CASE("The objective and its picture gradient are those of PyTorch's autograd", "[parity][weights]") {
  const auto weights = parity::real_weights();
  if (!weights) return;
  // float64 tells a wrong constant from rounding; float32 is what runs.
  const auto tolerance = GENERATE(Tolerance{at::kDouble, 1e-11, 1e-8}, Tolerance{at::kFloat, 1e-5, 1e-3});
  const nlohmann::json fixture = parity::fixture("objective");
  const ComputeDevice device = parity::test_device(tolerance.dtype);
  const auto on_device = [&](const at::Tensor& picture) { return picture.to(device.device, tolerance.dtype); };
  const at::Tensor content = parity::picture(fixture.at("content"));
  const at::Tensor style = parity::picture(fixture.at("style"));
  const auto stretch = fixture.at("stretch").get<std::array<double, 2>>();
  const at::Tensor picture = content * stretch[0] + stretch[1];

  for (const nlohmann::json& expected : fixture.at("cases")) {
    const auto preset = expected.at("preset").get<std::string>();
    const auto pooling = expected.at("pooling").get<std::string>();
    CAPTURE(preset, pooling, tolerance.dtype);
    ObjectiveOptions options = ObjectiveOptions::preset(kPresets.parse("preset", preset));
    options.content_weight = expected.at("content_weight").get<double>();
    options.style_weight = expected.at("style_weight").get<double>();
    options.tv_weight = expected.at("tv_weight").get<double>();
    options.range_weight = 0;  // ours alone
    const auto network = make_vgg19(*weights, options.layers(), kPoolings.parse("pooling", pooling), device);
    const Objective objective(*network, options, {on_device(content), {}},
                              {{compute_style_targets(*network, options, {on_device(style), {}})}});
    const auto [loss, gradient] = objective.evaluate(on_device(picture));

    const auto approximately = [&](const char* term) {
      return support::Approx(expected.at("loss").at(term).get<double>()).epsilon(tolerance.loss);
    };
    CHECK(loss.content == approximately("content"));
    CHECK(loss.style == approximately("style"));
    CHECK(loss.tv == approximately("tv"));
    CHECK(loss.total == approximately("total"));
    const parity::ProbeError error = parity::probe_error(gradient, expected.at("gradient"));
    CHECK(error.value < tolerance.gradient);
    CHECK(error.norm < tolerance.gradient);
  }
}

}  // namespace
}  // namespace styler
