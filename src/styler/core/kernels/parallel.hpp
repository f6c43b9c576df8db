#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace styler {

/// Calls `work(i)` for every i below `count`, on LibTorch's threads; whoever is done takes the next, so that a thread
/// that the machine keeps waiting holds nobody up for long.
void for_each_in_turn(int64_t count, const std::function<void(int64_t)>& work);

/// Memory of the calling thread, aligned to 64 bytes, that grows as needed and stays: fresh pages for every convolution
/// cost as much as its transforms. What it holds is undefined.
void* thread_scratch(size_t bytes);

}  // namespace styler
