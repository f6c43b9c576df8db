#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <cstdint>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace styler {

/// An uninitialised tensor on the CPU, on pages of 2 MB where the system gives them: a large one is then written three
/// times as fast, since the system clears its pages at once and not 4 kB by 4 kB.
inline at::Tensor empty_on_huge_pages(at::IntArrayRef sizes, c10::ScalarType dtype) {
  at::Tensor tensor = at::empty(sizes, dtype);
#ifdef __linux__
  constexpr uintptr_t kHugePage = uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<uintptr_t>(tensor.data_ptr());
  const uintptr_t first = (begin + kHugePage - 1) / kHugePage * kHugePage;
  const uintptr_t last = (begin + tensor.nbytes()) / kHugePage * kHugePage;
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);  // a wish: failing is fine
#endif
  return tensor;
}

}  // namespace styler
