#pragma once

#include <cstdint>

#include "styler/options/network/padding.hpp"

namespace styler {

/// The blocks of VGG19 in which Padding::Replicate and Padding::Reflect hold.
constexpr int kContinuedBlocks = 2;

/// What the convolutions of a block do for a network with this padding.
constexpr Padding padding_in_block(Padding padding, int block) {
  return padding == Padding::Circular || block <= kContinuedBlocks ? padding : Padding::Zero;
}

/// Which of `length` positions stands for the one before the first. Requires another padding than Zero.
constexpr int64_t before_first(Padding padding, int64_t length) {
  if (padding == Padding::Circular) return length - 1;
  return padding == Padding::Reflect && length > 1 ? 1 : 0;
}
/// Which stands for the one behind the last.
constexpr int64_t behind_last(Padding padding, int64_t length) {
  if (padding == Padding::Circular) return 0;
  return padding == Padding::Reflect && length > 1 ? length - 2 : length - 1;
}

/// The position that is found at `index`, which may lie beyond the edges; -1 for none: a zero.
constexpr int64_t position_at(Padding padding, int64_t index, int64_t length) {
  if (index >= 0 && index < length) return index;
  if (padding == Padding::Zero || index < -1 || index > length) return -1;
  return index < 0 ? before_first(padding, length) : behind_last(padding, length);
}

}  // namespace styler
