#include "styler/core/kernels/buffer_pool.hpp"

#include <ATen/ATen.h>

#include <optional>

#include "support/catch.hpp"

using styler::BufferPool;

TEST_CASE("memory that is no longer in use is handed out again for the same size", "[buffer_pool][processor]") {
  BufferPool pool;
  at::Tensor first = pool.channels_last(64, 5, 7, at::kFloat);
  CHECK(first.is_contiguous(at::MemoryFormat::ChannelsLast));
  CHECK(first.sizes() == at::IntArrayRef({1, 64, 5, 7}));
  const void* memory = first.data_ptr();

  const at::Tensor beside = pool.channels_last(64, 5, 7, at::kFloat);
  CHECK(beside.data_ptr() != memory);
  const at::Tensor view = first.narrow(2, 0, 1);
  first.reset();
  CHECK(pool.channels_last(64, 5, 7, at::kFloat).data_ptr() != memory);  // the view is still there
}

TEST_CASE("a tensor may outlive its pool", "[buffer_pool][processor]") {
  std::optional<BufferPool> pool(std::in_place);
  const at::Tensor tensor = pool->channels_last(16, 512, 512, at::kFloat);
  pool.reset();
  tensor.fill_(1);
  CHECK(tensor.sum().item<double>() == 16.0 * 512 * 512);
}

TEST_CASE("memory comes back to the pool, and clear() keeps what is in use", "[buffer_pool][processor]") {
  BufferPool pool;
  at::Tensor tensor = pool.channels_last(16, 64, 64, at::kBFloat16);
  const void* memory = tensor.data_ptr();
  pool.clear();
  tensor.fill_(1);
  tensor.reset();
  CHECK(pool.channels_last(16, 64, 64, at::kBFloat16).data_ptr() == memory);
}
