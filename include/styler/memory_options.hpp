#pragma once

#include <cstdint>
#include <optional>

namespace styler {

/// How much memory a run may take, and how.
struct MemoryOptions {
  /// What the process may have in use, in bytes, on the device that computes; 0: what is available there.
  int64_t limit_bytes = 0;
  /// Edge in pixels of the tiles that the network works on; 0: no tiles. Nothing: as the memory plan finds it.
  std::optional<int64_t> tile;

  /// \throws Error{InvalidArgument}
  void validate() const;
};

}  // namespace styler
