#include "styler/app/cli/config_file.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/file/text_file.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/text/words.hpp"

// Options are values and lists of values; whatever is nested deeper is refused, before it takes the stack.
#define TOML_MAX_NESTED_VALUES 8
#define TOML_HEADER_ONLY 1  // Debian's library would be one more to load before --help is answered
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// A thousand styles with long names are a tenth of that.
constexpr size_t kMostConfigBytes = 1'000'000;
/// Of one key, `a.b.c`; each makes a table in a table. Options have none at all.
constexpr int kMostDots = 64;

[[noreturn]] void reject_file(const fs::path& file, const std::string& why) {
  reject("--config is " + quoted(file) + " but must be a TOML file that can be read" + why);
}

std::string config_text(const fs::path& file) {
  TextFile read = read_text_file(file, kMostConfigBytes);
  switch (read.problem) {
    case TextFile::Problem::None:
      break;
    case TextFile::Problem::Unreadable:
      reject_file(file, "");
    case TextFile::Problem::NoRegularFile:  // a pipe can be read only once, but the pictures of a sheet all read it
      reject_file(file, ", and this is no regular file; write the options into one");
    case TextFile::Problem::TooLarge:
      reject_file(file, " and has at most 1 MB; leave out what is no option");
  }
  return std::move(read.text);
}

std::string place_text(const toml::source_position& place) {
  return "line " + std::to_string(place.line) + ", column " + std::to_string(place.column);
}

/// Every dot in a key makes a table in the one before, and the parser has no limit of its own for them.
void check_dots(const std::string& text, const fs::path& file) {
  int line = 1;
  int dots = 0;
  for (const char letter : text) {
    if (letter == '\n') ++line;
    if (std::string_view("\n=,/[]{}").find(letter) != std::string_view::npos) dots = 0;
    if (letter == '.' && ++dots > kMostDots) {
      reject("the config file " + quoted(file) + " has a name with more than " + std::to_string(kMostDots) +
             " dots in line " + std::to_string(line) + ", which is no option");
    }
  }
}

/// The parser's words, with a remedy where one is known.
std::string what_is_wrong(std::string_view description) {
  constexpr std::string_view kBeginning = "Error while parsing ";
  if (description.starts_with(kBeginning)) description.remove_prefix(kBeginning.size());
  const std::string what(description.substr(0, description.find(" (TOML_")));
  if (what.find("could not determine value type") != std::string::npos) {
    return what + "; text stands in quotes, as in color = \"match\"";
  }
  return what.find("not representable") != std::string::npos ? what + "; put the number in quotes" : what;
}

toml::table table_of(const fs::path& file) {
  const std::string text = config_text(file);
  check_dots(text, file);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    reject("the config file " + quoted(file) + " is no TOML in " + place_text(error.source().begin) + ": " +
           what_is_wrong(error.description()));
  }
}

/// What one value is on the command line; none of a date or a table.
std::optional<std::string> word_of(const toml::node& value) {
  if (const auto* const text = value.as_string()) return text->get();
  if (const auto* const number = value.as_integer()) return std::to_string(number->get());
  if (const auto* const number = value.as_floating_point()) return decimal_text(number->get());
  if (const auto* const flag = value.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

std::string checked_word(const toml::node& value, const std::string& key) {
  const std::optional<std::string> word = word_of(value);
  if (!word) {
    const char* const what = value.is_table() ? "a table" : value.is_array() ? "a list in a list" : "a date or time";
    reject(std::string("the config file has ") + what + " for " + key + " in " + place_text(value.source().begin) +
           ", which no option takes" + (value.is_table() || value.is_array() ? "" : "; put text in quotes"));
  }
  if (word->find('\0') != std::string::npos) {
    reject("the config file has a zero byte in the value for " + key + " in " + place_text(value.source().begin) +
           ", which nothing can be called; leave it out");
  }
  return *word;
}

std::vector<std::string> words_of(const Option& option, const toml::node& value) {
  std::vector<std::string> words;
  if (const toml::array* const values = value.as_array()) {
    for (const toml::node& part : *values) words.push_back(checked_word(part, option.key()));
  } else {
    words.push_back(checked_word(value, option.key()));
  }
  if (option.is_flag()) {
    if (words.size() == 1 && option.flag_count(words.front())) return words;
    reject("the config file has '" + joined(words, ", ") + "' for " + option.key() +
           ", which takes no value but true and false");
  }
  if (option.kind() == Option::Kind::Numbers && !words.empty()) return {joined(words, ",")};
  const bool takes_several = option.kind() == Option::Kind::Words || option.kind() == Option::Kind::List;
  if (words.empty() || (words.size() > 1 && !takes_several)) {
    reject("the config file has " + std::to_string(words.size()) + " values for " + option.key() + ", which takes one" +
           (takes_several ? " or more" : ""));
  }
  return words;
}

}  // namespace

ConfigWords read_config(const OptionTable& table, const fs::path& file) {
  std::vector<std::string> keys;
  for (const Option& option : table.options()) {
    if (option.configurable()) keys.push_back(option.key());
  }
  ConfigWords words;
  for (const auto& [name, value] : table_of(file)) {
    const std::string key(name.str());
    const Option* const option = table.find(key);
    if (option == nullptr || !option->configurable()) {
      reject("the config file has the key '" + key + "', which is no option" +
             (value.is_table() ? "; options stand in no section" : did_you_mean(key, keys)));
    }
    std::vector<std::string> given = words_of(*option, value);
    // A flag that is false is as if it were not there: nobody has asked for what it does.
    if (!option->is_flag() || option->flag_count(given.front()) != 0) words.emplace(key, std::move(given));
  }
  return words;
}

}  // namespace styler::app
