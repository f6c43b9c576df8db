#include "styler/core/kernels/buffer_pool.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/ScalarType.h>

#include <array>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <numeric>
#include <utility>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace styler {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kCacheLine = 64;

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Block = std::unique_ptr<void, Free>;

Block allocated(size_t bytes) {
  const size_t alignment = bytes >= kHugePage ? kHugePage : kCacheLine;
  Block block(std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment));
  if (!block) throw std::bad_alloc();
#ifdef __linux__
  if (alignment == kHugePage) madvise(block.get(), bytes, MADV_HUGEPAGE);  // a wish: it may fail
#endif
  return block;
}

size_t block_bytes(at::IntArrayRef sizes, at::ScalarType dtype) {
  return std::accumulate(sizes.begin(), sizes.end(), c10::elementSize(dtype),
                         [](size_t product, int64_t size) { return product * static_cast<size_t>(size); });
}

}  // namespace

struct BufferPool::Blocks {
  std::mutex mutex;
  std::multimap<size_t, Block> unused;  ///< By size in bytes.

  /// A block of at least `bytes`, and how many it has.
  std::pair<size_t, Block> take(size_t bytes) {
    const std::scoped_lock lock(mutex);
    const auto found = unused.lower_bound(bytes);
    if (found == unused.end() || !may_serve(static_cast<int64_t>(found->first), static_cast<int64_t>(bytes))) {
      return {bytes, allocated(bytes)};
    }
    std::pair<size_t, Block> taken = {found->first, std::move(found->second)};
    unused.erase(found);
    return taken;
  }
  void put_back(size_t bytes, Block block) noexcept {
    const std::scoped_lock lock(mutex);
    try {
      unused.emplace(bytes, std::move(block));
    } catch (const std::bad_alloc&) {
      block.reset();  // not even room for a note that it is there
    }
  }
};

BufferPool::BufferPool() : blocks_(std::make_shared<Blocks>()) {}

at::Tensor BufferPool::channels_last(int64_t channels, int64_t height, int64_t width, at::ScalarType dtype) {
  const std::array<int64_t, 4> sizes = {1, channels, height, width};
  const std::array<int64_t, 4> strides = {channels * height * width, 1, channels * width, channels};
  auto [bytes, block] = blocks_->take(block_bytes(sizes, dtype));
  // A tensor may outlive the pool; the blocks live as long as either.
  const auto give_back = [blocks = blocks_, bytes = bytes](void* memory) { blocks->put_back(bytes, Block(memory)); };
  return at::from_blob(block.release(), sizes, strides, give_back, at::TensorOptions().dtype(dtype));
}

void BufferPool::clear() {
  const std::scoped_lock lock(blocks_->mutex);
  blocks_->unused.clear();
}

at::Tensor empty_on_huge_pages(at::IntArrayRef sizes, at::ScalarType dtype) {
  return at::from_blob(allocated(block_bytes(sizes, dtype)).release(), sizes, Free(), at::TensorOptions().dtype(dtype));
}

at::Tensor empty_like_on_huge_pages(const at::Tensor& like) {
  return at::from_blob(allocated(like.nbytes()).release(), like.sizes(), like.strides(), Free(), like.options());
}

}  // namespace styler
