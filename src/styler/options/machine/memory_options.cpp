#include "styler/options/machine/memory_options.hpp"

#include <string>

#include "styler/base/error.hpp"

namespace styler {

void MemoryOptions::validate() const {
  if (limit_bytes < 0) {
    throw Error(ErrorCode::InvalidArgument,
                "memory-limit is " + std::to_string(limit_bytes) +
                    " bytes but must be more than 0; leave it out for what the machine has");
  }
  if (tile && *tile != 0 && *tile < kSmallestTile) {
    throw Error(ErrorCode::InvalidArgument, "tile is " + std::to_string(*tile) + " but must be at least " +
                                                std::to_string(kSmallestTile) + " pixels, off or auto");
  }
}

}  // namespace styler
