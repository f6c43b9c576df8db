#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "styler/base/names.hpp"

namespace styler::app {

/// Adds options to a CLI::App in the manner of this program: each is bound to a field of an options struct, the help
/// shows the field's value at the time of binding as the default, a value that can't be read becomes a sentence of
/// ours, and of an option that is given twice the last one holds.
///
/// parse() takes the values in the order in which the options were added: an option that sets several fields at once
/// comes before those that set them one by one. Taking a value twice must do the same as taking it once.
class OptionBinder {
 public:
  explicit OptionBinder(CLI::App& app) : app_(app) {}

  /// The heading in the help for the options that follow.
  void group(const std::string& heading) { group_ = heading; }

  CLI::Option* path(const std::string& names, std::filesystem::path& field, const std::string& help);
  /// Several files, one word each; of an option that is given twice all count.
  CLI::Option* paths(const std::string& names, const std::string& type, std::vector<std::filesystem::path>& field,
                     const std::string& help);
  /// Whole numbers. Range and fit with other options are for the struct's validate().
  CLI::Option* whole(const std::string& names, int64_t& field, const std::string& help);
  CLI::Option* whole(const std::string& names, int& field, const std::string& help);
  CLI::Option* whole(const std::string& names, uint64_t& field, const std::string& help);
  CLI::Option* decimal(const std::string& names, double& field, const std::string& help);
  /// One of a few words. `taken` is called with it.
  CLI::Option* choice(const std::string& names, const std::vector<std::string>& words, const std::string& default_word,
                      const std::function<void(const std::string&)>& taken, const std::string& help);
  CLI::Option* choice(const std::string& names, const std::vector<std::string>& words, std::string& field,
                      const std::string& help);
  /// One of the words of an enumeration, which must outlive the parse.
  template <typename Enum, size_t kCount>
  CLI::Option* choice(const std::string& names, const Names<Enum, kCount>& words, Enum& field,
                      const std::string& help) {
    const auto take = [&words, &field](const std::string& word) { field = words.find(word).value_or(field); };
    return choice(names, words.words(), std::string(words.word(field)), take, help);
  }
  /// Any text. `accepted` returns false when it can't be read, which is told as
  /// `--name is 'text' but must be <requirement>`.
  CLI::Option* text(const std::string& names, const std::string& type, const std::string& default_text,
                    const std::function<bool(const std::string&)>& accepted, const std::string& requirement,
                    const std::string& help);
  /// Several texts, separated by commas or given one by one.
  CLI::Option* list(const std::string& names, const std::string& type, const std::string& default_text,
                    const std::function<void(const std::vector<std::string>&)>& taken, const std::string& help);
  CLI::Option* flag(const std::string& names, bool& field, const std::string& help);
  /// Counts how often it is given: -vv.
  CLI::Option* counter(const std::string& names, int& field, const std::string& help);

 private:
  CLI::App& app_;
  std::string group_ = "Options";
};

}  // namespace styler::app
