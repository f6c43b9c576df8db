#pragma once

#include <charconv>
#include <string>
#include <string_view>

namespace styler {

/// The N of `cuda:N`, or -1.
inline int parse_gpu_index(const std::string& name) {
  constexpr std::string_view kPrefix = "cuda:";
  if (name == "cuda") return 0;
  if (name.rfind(kPrefix, 0) != 0) return -1;
  int index = -1;
  const char* end = name.data() + name.size();
  const auto [parsed_to, status] = std::from_chars(name.data() + kPrefix.size(), end, index);
  return status == std::errc() && parsed_to == end ? index : -1;
}

}  // namespace styler
