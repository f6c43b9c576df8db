#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace styler {

/// Devices of one kind that compute beside the processor: what `auto`, `cuda` and `cuda:N` stand for.
class Accelerator {
 public:
  virtual ~Accelerator() = default;
  /// What LibTorch calls devices of this kind.
  virtual c10::DeviceType type() const = 0;
  /// How many answer.
  virtual int count() const = 0;
  /// True where the device multiplies bfloat16 faster than float32. Requires 0 <= index < count().
  virtual bool has_native_bf16(c10::DeviceIndex index) const = 0;
  /// Bytes that can still be taken on the device, by whomever; nothing where it does not tell.
  virtual std::optional<int64_t> free_memory(c10::DeviceIndex index) const = 0;
};

/// Those that the library computes with: CUDA's, unless a program brought others.
const Accelerator& accelerator();

/// Brings devices of another kind in the place of CUDA's, for good. To be called before any device is resolved, and by
/// one thread: the tests do, for a device that needs no hardware.
void use_accelerator(std::unique_ptr<Accelerator> other);

}  // namespace styler
