#pragma once

#include <cstdint>
#include <optional>

namespace styler {

/// Narrower tiles would be little but margin.
inline constexpr int64_t kSmallestTile = 64;

/// How much memory a run may take, and how.
struct MemoryOptions {
  /// What the process may have in use, in bytes, on the device that computes; 0: what is available there.
  int64_t limit_bytes = 0;
  /// Edge in pixels of the tiles that the network works on, rounded up to what the network's poolings ask for; 0: no
  /// tiles. Nothing: as the memory plan finds it. When memory runs out all the same, tiles get smaller than this.
  std::optional<int64_t> tile;

  /// \throws Error{InvalidArgument}
  void validate() const;
};

}  // namespace styler
