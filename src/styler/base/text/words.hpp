#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace styler {

/// Levenshtein distance: insertions, deletions and substitutions that turn `a` into `b`.
int edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to a misspelt `word`, or an empty string when none is near enough to be meant (more than a
/// third of the word's letters differ, and more than two).
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

/// `; did you mean 'NAME'?`, or an empty string when no candidate is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// The words with the separator between each two.
std::string joined(const std::vector<std::string>& words, std::string_view separator);

/// `a, b or c`.
std::string enumeration(const std::vector<std::string>& words);

}  // namespace styler
