#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace styler {

enum class ByteOrder { Big, Little };

/// The unsigned number in the `count` bytes (8 at most) from `position`; 0 where the bytes end before it.
inline uint64_t number_at(std::string_view bytes, size_t position, size_t count, ByteOrder order) {
  if (position > bytes.size() || bytes.size() - position < count) return 0;
  uint64_t number = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t offset = order == ByteOrder::Big ? i : count - 1 - i;
    number = number << 8 | static_cast<unsigned char>(bytes[position + offset]);
  }
  return number;
}

/// The same with the lowest byte first, for 4 bytes at most.
inline uint32_t little_endian(std::string_view bytes, size_t position, size_t count) {
  return static_cast<uint32_t>(number_at(bytes, position, count, ByteOrder::Little));
}

/// And with the highest first.
inline uint32_t big_endian(std::string_view bytes, size_t position, size_t count) {
  return static_cast<uint32_t>(number_at(bytes, position, count, ByteOrder::Big));
}

/// `bytes` from `position` on, at most `count` of them; empty where they end before it.
inline std::string_view slice(std::string_view bytes, size_t position, size_t count = std::string_view::npos) {
  return position < bytes.size() ? bytes.substr(position, count) : std::string_view();
}

}  // namespace styler
