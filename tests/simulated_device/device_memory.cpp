#include "simulated_device/device_memory.hpp"

#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>

namespace support {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kDevices = 2;
/// Larger blocks keep their zeros: they are there to leave little for others, and cost the machine nothing.
constexpr size_t kLargestPoisoned = size_t{256} << 20;

struct Block {
  size_t bytes = 0;  ///< Whole pages.
  size_t device = 0;
  int users = 0;  ///< How many may touch it just now.
};

/// Every block that is taken, by where it begins.
struct Memory {
  std::mutex mutex;
  std::map<void*, Block> blocks;
  std::array<int64_t, kDevices> taken{};
  int64_t capacity = 0;
};

/// Never destroyed, since tensors of static variables give their memory back at the very end.
Memory& memory() {
  static auto* const result = new Memory;
  return *result;
}

void protect(void* begin, const Block& block, int protection) {
  TORCH_CHECK(mprotect(begin, block.bytes, protection) == 0, "mprotect failed");
}

void give_back(void* begin) {
  const std::lock_guard lock(memory().mutex);
  const auto found = memory().blocks.find(begin);
  TORCH_INTERNAL_ASSERT(found != memory().blocks.end());
  munmap(begin, found->second.bytes);
  memory().taken.at(found->second.device) -= static_cast<int64_t>(found->second.bytes);
  memory().blocks.erase(found);
}

class DeviceAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    const c10::DeviceIndex index = current_device_index();
    const c10::Device device(c10::DeviceType::PrivateUse1, index);
    if (bytes == 0) return {nullptr, device};
    const Block block{(bytes + kPage - 1) / kPage * kPage, static_cast<size_t>(index)};

    const std::lock_guard lock(memory().mutex);
    const int64_t free = memory().capacity - memory().taken.at(block.device);
    TORCH_CHECK_WITH(OutOfMemoryError, static_cast<int64_t>(block.bytes) <= free,
                     "the simulated device is out of memory: ", block.bytes, " bytes were asked for and ", free,
                     " are free");
    void* const begin = mmap(nullptr, block.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                             /*fd=*/-1, /*offset=*/0);
    TORCH_CHECK(begin != MAP_FAILED, "mmap failed");
    if (block.bytes <= kLargestPoisoned) std::memset(begin, 0xFF, block.bytes);  // NaN in every floating type
    protect(begin, block, PROT_NONE);
    memory().blocks.emplace(begin, block);
    memory().taken.at(block.device) += static_cast<int64_t>(block.bytes);
    return {begin, begin, &give_back, device};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &give_back; }
  void copy_data(void* /*to*/, const void* /*from*/, size_t /*count*/) const override {
    TORCH_CHECK(false, "a simulated device has no use for this");
  }
};

}  // namespace

void set_device_capacity(int64_t bytes) { memory().capacity = bytes; }

int64_t free_device_memory(c10::DeviceIndex index) {
  const std::lock_guard lock(memory().mutex);
  return memory().capacity - memory().taken.at(static_cast<size_t>(index));
}

c10::DeviceIndex& current_device_index() {
  thread_local c10::DeviceIndex index = 0;
  return index;
}

c10::Allocator* device_allocator() {
  static auto* const result = new DeviceAllocator;  // never destroyed: LibTorch keeps the address
  return result;
}

Access::Access(const c10::Storage& storage) {
  if (storage.device_type() != c10::DeviceType::PrivateUse1 || storage.data() == nullptr) return;
  const std::lock_guard lock(memory().mutex);
  begin_ = const_cast<void*>(storage.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  Block& block = memory().blocks.at(begin_);
  if (block.users++ == 0) protect(begin_, block, PROT_READ | PROT_WRITE);
}

Access::~Access() {
  if (begin_ == nullptr) return;
  const std::lock_guard lock(memory().mutex);
  Block& block = memory().blocks.at(begin_);
  if (--block.users == 0) mprotect(begin_, block.bytes, PROT_NONE);
}

}  // namespace support
