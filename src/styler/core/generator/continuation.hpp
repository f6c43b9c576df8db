#pragma once

#include <algorithm>
#include <cstdint>

#include "styler/core/kernels/cell_convolution.hpp"

namespace styler {

/// How features go on beyond their edges.
enum class Continuation { Reflected, Repeated };

/// The position within that stands for one beyond.
inline int64_t place_within(Continuation continuation, int64_t index, int64_t length) {
  if (continuation == Continuation::Repeated) return std::clamp<int64_t>(index, 0, length - 1);
  return index < 0 ? -index : index >= length ? 2 * (length - 1) - index : index;
}

/// Calls `use(beyond, within)` for every position in the margins before and behind `length` positions.
template <typename Use>
void for_each_beyond(Continuation continuation, int64_t length, int64_t margin, const Use& use) {
  for (int64_t i = 1; i <= margin; ++i) {
    use(-i, place_within(continuation, -i, length));
    use(length - 1 + i, place_within(continuation, length - 1 + i, length));
  }
}

/// The channels of one position, which may lie in a margin.
void* cell_at(const Sheet& sheet, int64_t picture, int64_t y, int64_t x);

/// Continues a row that is there into its margins, and it into the margins above and below.
void continue_row(const Sheet& sheet, Continuation continuation, int64_t picture, int64_t y);

/// Writes zeros all around.
void clear_margin(const Sheet& sheet);

}  // namespace styler
