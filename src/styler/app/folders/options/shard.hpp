#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace styler::app {

/// Which part of many jobs one machine does: part `index` of `count`, counted from 1.
struct Shard {
  int64_t index = 1;
  int64_t count = 1;

  /// Whether the job of this name is in it. That depends on the name alone, so that n machines share a folder without
  /// talking, and a picture that is added moves no other.
  bool holds(std::string_view name) const;
};

/// `2/8`. \throws Error{InvalidArgument} for anything else, and for an index that is not between 1 and the count.
Shard parse_shard(const std::string& text);

}  // namespace styler::app
