#pragma once

#include <cstdint>

namespace support {

/// Has LibTorch know a kind of device that lives in this process, and the library take it for its GPUs: two devices
/// with `capacity_bytes` of memory each. Work on them is the processor's, by LibTorch's own fallback, so results are
/// the processor's too. What is a mistake on a GPU is one here:
///
/// - Their memory can be neither read nor written but by copies and operations of LibTorch; whoever takes a pointer
///   into it for one of the host's ends with SIGSEGV.
/// - An operation on tensors of several devices throws; but for scalars, as on CUDA.
/// - Fresh memory holds what is no number.
/// - Taking more than there is throws c10::OutOfMemoryError.
///
/// What it can't show: kernels that run later than they were asked for, and a GPU's rounding.
/// To be called once, before any device is resolved.
void plug_simulated_devices(int64_t capacity_bytes);

}  // namespace support
