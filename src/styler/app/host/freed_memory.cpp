#include "styler/app/host/freed_memory.hpp"

#include <cstdlib>  // tells whether the library is glibc
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace styler::app {
namespace {

/// \param own_mapping  Blocks of as many bytes are each taken from the system by itself, and go back to it.
/// \param kept         Bytes of others that may be kept at the end of the memory.
void set_thresholds([[maybe_unused]] int own_mapping, [[maybe_unused]] int kept) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, own_mapping);
  mallopt(M_TRIM_THRESHOLD, kept);  // setting the first stops glibc from choosing this one
#endif
}

}  // namespace

void return_freed_memory() { set_thresholds(4 << 20, 64 << 20); }

void keep_freed_memory() {
  constexpr int kMostThatGlibcTakes = 32 << 20;
  set_thresholds(kMostThatGlibcTakes, 1 << 30);
}

}  // namespace styler::app
