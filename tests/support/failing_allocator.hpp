#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <atomic>
#include <cstring>
#include <limits>
#include <new>

namespace support {

/// While it lives, LibTorch's memory comes from here, and large requests can be made to fail.
class FailingAllocator final : public c10::Allocator {
 public:
  /// \param large  bytes from which on a request can fail; the small ones of LibTorch's own never do.
  explicit FailingAllocator(size_t large) : large_(large), allocator_(c10::GetCPUAllocator()) {
    c10::SetCPUAllocator(this);
  }
  FailingAllocator(const FailingAllocator&) = delete;
  FailingAllocator& operator=(const FailingAllocator&) = delete;
  ~FailingAllocator() { c10::SetCPUAllocator(allocator_); }

  /// Of the large requests from now on, those from `first` to before `end` fail.
  void fail(int first, int end = std::numeric_limits<int>::max()) {
    requests_ = 0;
    first_ = first;
    end_ = end;
  }
  void stop_failing() { first_ = end_ = std::numeric_limits<int>::max(); }
  /// Large requests since fail().
  int requests() const { return requests_; }

  // LibTorch has made this a function that is not const, and added copy_data(): one of each two overrides.
  c10::DataPtr allocate(size_t bytes) const { return allocated(bytes); }
  c10::DataPtr allocate(size_t bytes) { return allocated(bytes); }
  void copy_data(void* target, const void* source, size_t bytes) const { std::memcpy(target, source, bytes); }
  c10::DeleterFnPtr raw_deleter() const override { return allocator_->raw_deleter(); }

 private:
  c10::DataPtr allocated(size_t bytes) const {
    if (bytes >= large_) {
      const int request = requests_++;
      if (request >= first_ && request < end_) throw std::bad_alloc();
    }
    return allocator_->allocate(bytes);
  }

  size_t large_;
  c10::Allocator* allocator_;
  mutable std::atomic<int> requests_ = 0;
  int first_ = std::numeric_limits<int>::max();
  int end_ = std::numeric_limits<int>::max();
};

}  // namespace support
