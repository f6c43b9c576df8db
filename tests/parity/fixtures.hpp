#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "styler/core/compute/device.hpp"
#include "styler/core/network/vgg19_weights.hpp"

namespace styler::parity {

/// `tests/data/parity/<name>.json`. make_fixtures.py says what is in it.
nlohmann::json fixture(const std::string& name);

/// A binary PPM beside the fixtures, as [1, 3, H, W] float64 in [0, 1].
at::Tensor picture(const std::string& file);

/// `{"shape": …, "values": …}`, or a plain list when the shape is known otherwise; float64.
at::Tensor tensor_of(const nlohmann::json& values, at::IntArrayRef shape);
at::Tensor tensor_of(const nlohmann::json& shaped);

/// The largest difference between `tensor` and a fixture's probes of it, and the difference of their norms; each
/// relative to what the fixture says is the largest entry, and the norm, of the whole tensor.
struct ProbeError {
  double value = 0.0;
  double norm = 0.0;
};
ProbeError probe_error(const at::Tensor& tensor, const nlohmann::json& probes);

/// max |a − b| / max |b|.
double relative_error(const at::Tensor& a, const at::Tensor& b);

/// Where the tests with the real network run: on the CPU, or on what $STYLER_TEST_DEVICE names.
ComputeDevice test_device(c10::ScalarType network_dtype);

/// The real weights: $STYLER_TEST_WEIGHTS or the checkout's models/vgg19.safetensors. Without them it warns and gives
/// nothing, and the test ends there; with STYLER_REQUIRE_WEIGHTS=1 in the environment the test fails instead.
std::optional<VggWeights> real_weights();

}  // namespace styler::parity
