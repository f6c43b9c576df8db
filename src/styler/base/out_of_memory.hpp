#pragma once

#include <exception>
#include <new>
#include <string_view>

namespace styler {

/// Whether this is how LibTorch says that memory ran out: on the CPU it has no type of its own for it, and on GPUs not
/// in all versions; cuBLAS and cuDNN ask for workspace of their own. (What they say where they can't even begin,
/// NOT_INITIALIZED, has other causes too.) The trace that its texts end with has names of functions, so none of these
/// phrases.
inline bool tells_of_memory(std::string_view message) {
  for (const std::string_view phrase : {"out of memory", "not enough memory", "can't allocate memory",
                                        "STATUS_ALLOC_FAILED", "ALLOCATION_FAILED", "nable to find an engine"}) {
    if (message.find(phrase) != std::string_view::npos) return true;
  }
  return false;
}

/// Whether this is what a failed allocation throws, on the CPU or on a GPU.
inline bool is_out_of_memory(const std::exception& error) {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr || tells_of_memory(error.what());
}

}  // namespace styler
