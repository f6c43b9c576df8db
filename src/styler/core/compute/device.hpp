#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>
#include <optional>
#include <string>

#include "styler/options/machine/device_options.hpp"

namespace styler {

/// What was chosen, and why.
struct ComputeDevice {
  c10::Device device{c10::DeviceType::CPU};
  c10::ScalarType network_dtype = c10::ScalarType::Float;
  std::string reason;  ///< One sentence for the log: `cpu, since this LibTorch has no CUDA; bf16, since …`.

  /// `cpu` or `cuda:0`.
  std::string device_name() const { return device.str(); }
  /// `fp32` or `bf16`.
  std::string precision_name() const;
};

/// \throws Error{InvalidArgument} for a name that does not exist, Error{Device} for a request that can't be met; the
///         message says why and what to use instead.
ComputeDevice resolve_device(const DeviceOptions& options);

/// True where one bfloat16 product takes one instruction, so that bfloat16 is faster than float32.
bool cpu_has_native_bf16();

/// Bytes that can still be taken on a GPU, by whomever; nothing for the CPU.
std::optional<int64_t> free_gpu_memory(const ComputeDevice& device);

/// Sets the threads of LibTorch and of the BLAS beneath it, which LibTorch does not tell.
/// Debian's LibTorch starts with one thread, so every program that uses this library should call it once.
/// Requires count >= 1.
void set_threads(int count);

}  // namespace styler
