#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>

#include <cstdint>

namespace support {

/// What a simulated device can hold, for all devices of the kind. Each has as much.
void set_device_capacity(int64_t bytes);

/// Bytes that can still be taken on the device.
int64_t free_device_memory(c10::DeviceIndex index);

/// The one that LibTorch calls current in this thread.
c10::DeviceIndex& current_device_index();

/// Takes memory on the current device, in pages that nobody may touch.
c10::Allocator* device_allocator();

/// While one of these lives, the host may touch the memory of a tensor's storage. Storages on the CPU are left alone.
class Access {
 public:
  explicit Access(const c10::Storage& storage);
  ~Access();
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

 private:
  void* begin_ = nullptr;
};

}  // namespace support
