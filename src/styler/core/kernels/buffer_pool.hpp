#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace styler {

/// Whether memory of size `block` may serve where at least `wanted` is needed, without wasting too much of it.
constexpr bool may_serve(int64_t block, int64_t wanted) { return wanted <= block && 2 * block <= 3 * wanted; }

/// Memory on the CPU for tensors that are needed again and again in the same sizes, as those of an evaluation are: what
/// the system hands out anew it clears first, which takes a tenth of an evaluation's time.
class BufferPool {
 public:
  BufferPool();

  /// An uninitialised [1, channels, height, width], channels-last. When the last tensor that shares its memory is gone,
  /// the memory is kept for the next that needs as much or down to two thirds, as long as the pool lives. Any thread
  /// may call this.
  at::Tensor channels_last(int64_t channels, int64_t height, int64_t width, at::ScalarType dtype);

  /// Gives back what is not in use.
  void clear();

 private:
  struct Blocks;
  std::shared_ptr<Blocks> blocks_;
};

/// An uninitialised tensor on the CPU, on pages of 2 MB where the system gives them, which it clears three times as
/// fast.
at::Tensor empty_on_huge_pages(at::IntArrayRef sizes, at::ScalarType dtype);
/// The same in the layout of `like`, a dense tensor.
at::Tensor empty_like_on_huge_pages(const at::Tensor& like);

}  // namespace styler
