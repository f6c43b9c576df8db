#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/text/words.hpp"

namespace styler {

/// The words that people use for the values of an enumeration, each once: what the command line takes, and what
/// messages, reports and files call them.
///
///     inline constexpr Names<Pooling, 2> kPoolings{{{{Pooling::Max, "max"}, {Pooling::Average, "average"}}}};
template <typename Enum, size_t kCount>
struct Names {
  struct Entry {
    Enum value;
    std::string_view word;
  };
  std::array<Entry, kCount> entries;

  /// Requires that `value` has a word.
  constexpr std::string_view word(Enum value) const {
    const auto entry = std::ranges::find(entries, value, &Entry::value);
    STYLER_ASSERT(entry != entries.end());
    return entry->word;
  }

  /// Empty where no value is called so.
  constexpr std::optional<Enum> find(std::string_view word) const {
    const auto entry = std::ranges::find(entries, word, &Entry::word);
    return entry == entries.end() ? std::nullopt : std::optional(entry->value);
  }

  /// The first of them, where not all can be chosen.
  template <size_t kFirst>
  constexpr Names<Enum, kFirst> first() const {
    Names<Enum, kFirst> result{};
    for (size_t i = 0; i < kFirst; ++i) result.entries[i] = {entries[i].value, entries[i].word};
    return result;
  }

  /// In the order in which they are named.
  std::vector<std::string> words() const {
    std::vector<std::string> result;
    result.reserve(kCount);
    for (const Entry& entry : entries) result.emplace_back(entry.word);
    return result;
  }

  /// \param field  what the message calls the value that was given.
  /// \throws Error{InvalidArgument} with the words there are, and the nearest of them, when no value is called so.
  Enum parse(std::string_view field, std::string_view word) const {
    if (const auto value = find(word)) return *value;
    reject(std::string(field) + " is '" + std::string(word) + "' but must be " + enumeration(words()) +
           did_you_mean(word, words()));
  }
};

}  // namespace styler
