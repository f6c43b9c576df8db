#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>

namespace styler {

/// What was asked for.
struct DeviceOptions {
  /// `auto`, `cpu`, `cuda` or `cuda:N`. `auto` takes CUDA when LibTorch has it and a GPU answers.
  std::string device = "auto";
  /// `auto`, `fp32` or `bf16`: the precision inside the network. Pictures, losses and the optimiser are float32 always.
  /// `auto` takes bf16 only where the processor multiplies bfloat16 natively (AVX512-BF16, AMX, or a GPU of compute
  /// capability 8.0 and above). design.md's measurement: the loss after 300 evaluations differs by less than 0.5 %.
  std::string precision = "auto";
  /// Threads for the CPU; 0 leaves the choice to the caller of set_threads (the command line takes the physical cores).
  int threads = 0;

  /// \throws Error{InvalidArgument} naming the field, its value and the constraint.
  void validate() const;
};

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

/// Sets the threads of LibTorch and of the BLAS beneath it, which LibTorch does not tell.
/// Debian's LibTorch starts with one thread, so every program that uses this library should call it once.
/// Requires count >= 1.
void set_threads(int count);

/// `1.13.1`, for --version and reports.
std::string libtorch_version();
/// `13.0`, or empty when this LibTorch was built without CUDA.
std::string cuda_version();

}  // namespace styler
