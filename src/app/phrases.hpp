#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace styler::app {

/// `; did you mean 'NAME'?`, or an empty string when no candidate is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// `a, b or c`.
std::string enumeration(const std::vector<std::string>& words);

}  // namespace styler::app
