#pragma once

#include <cstdlib>
#include <optional>
#include <string>

#include "styler/core/compute/accelerator.hpp"
#include "styler/core/compute/device.hpp"
#include "support/catch.hpp"

namespace support {

/// The first GPU that answers. Where none does, nothing, and the test ends there; with STYLER_REQUIRE_GPU=1 in the
/// environment the test fails instead.
inline std::optional<c10::Device> gpu() {
  const c10::Device device = styler::resolve_device({"auto", styler::Precision::Fp32, 0}).device;
  if (!device.is_cpu()) return device;
  const char* const required = std::getenv("STYLER_REQUIRE_GPU");
  if (required != nullptr && std::string(required) == "1") FAIL("no GPU answers, and STYLER_REQUIRE_GPU is 1");
  return std::nullopt;
}

/// Whether the GPU of these tests is none, but part of this process (tests/simulated_device): it takes seconds for what
/// a GPU does in milliseconds.
inline bool is_simulated() { return styler::accelerator().type() == c10::DeviceType::PrivateUse1; }

}  // namespace support
