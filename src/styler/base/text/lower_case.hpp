#pragma once

#include <filesystem>
#include <string>

namespace styler {

/// The letters A to Z small, and all other bytes as they are. Not tolower(), which goes by the user's language.
inline std::string lower_case(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

/// `.jpg` of `a/B.JPG`; empty where the name has none.
inline std::string lower_case_extension(const std::filesystem::path& file) {
  return lower_case(file.extension().string());
}

}  // namespace styler
