#include "app/phrases.hpp"

#include "styler/spelling.hpp"

namespace styler::app {

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string meant = nearest_word(word, candidates);
  return meant.empty() ? "" : "; did you mean '" + meant + "'?";
}

std::string enumeration(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace styler::app
