#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace styler {

/// The unsigned number in the `count` bytes (1 to 4) from `position`, the lowest first; 0 where the bytes end before
/// it.
inline uint32_t little_endian(std::string_view bytes, size_t position, size_t count) {
  if (position > bytes.size() || bytes.size() - position < count) return 0;
  uint32_t number = 0;
  while (count-- > 0) number = number << 8 | static_cast<unsigned char>(bytes[position + count]);
  return number;
}

/// The same with the highest first.
inline uint32_t big_endian(std::string_view bytes, size_t position, size_t count) {
  if (position > bytes.size() || bytes.size() - position < count) return 0;
  uint32_t number = 0;
  for (size_t i = 0; i < count; ++i) number = number << 8 | static_cast<unsigned char>(bytes[position + i]);
  return number;
}

}  // namespace styler
