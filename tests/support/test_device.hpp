#pragma once

#include <ATen/core/Tensor.h>

#include <cstdlib>

#include "styler/core/compute/device.hpp"

namespace support {

/// Where tests of what any device can do have their tensors and networks: on the processor, or on the GPU that
/// STYLER_TEST_DEVICE names, such as cuda:0. Tests of what only the processor does are tagged [processor].
inline c10::Device test_device() {
  static const c10::Device device = [] {
    const char* const name = std::getenv("STYLER_TEST_DEVICE");
    return styler::resolve_device({name != nullptr ? name : "cpu", styler::Precision::Fp32, 0}).device;
  }();
  return device;
}

/// The same as what a run computes on.
inline styler::ComputeDevice test_machine(at::ScalarType network_dtype = at::kFloat) {
  return {test_device(), network_dtype, "for tests"};
}

/// For tensors that a test makes there.
inline at::TensorOptions on_device() { return at::TensorOptions().device(test_device()); }
inline at::TensorOptions on_device(at::ScalarType dtype) { return on_device().dtype(dtype); }

}  // namespace support
