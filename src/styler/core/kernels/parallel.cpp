#include "styler/core/kernels/parallel.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>

namespace styler {

void for_each_in_turn(int64_t count, const std::function<void(int64_t)>& work) {
  std::atomic<int64_t> next = 0;
  const auto take_turns = [&](int64_t /*first*/, int64_t /*last*/) {
    for (int64_t i = next++; i < count; i = next++) work(i);
  };
  at::parallel_for(0, std::min<int64_t>(count, at::get_num_threads()), /*grain_size=*/1, take_turns);
}

void* thread_scratch(size_t bytes) {
  struct Free {
    void operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t(64)); }
  };
  thread_local std::unique_ptr<std::byte[], Free> memory;
  thread_local size_t size = 0;
  if (bytes > size) {
    memory.reset();
    size = 0;
    memory.reset(static_cast<std::byte*>(::operator new[](bytes, std::align_val_t(64))));
    size = bytes;
  }
  return memory.get();
}

}  // namespace styler
