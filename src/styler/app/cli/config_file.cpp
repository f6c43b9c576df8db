#include "styler/app/cli/config_file.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/words.hpp"

namespace styler::app {
namespace {

/// CLI11 2.1 takes a # within quotes, as in "#ff0000", for the beginning of a comment.
std::string without_comments(const std::string& toml) {
  std::string result;
  char quote = 0;
  bool in_comment = false;
  for (const char c : toml) {
    if (c == '\n') {
      quote = 0;
      in_comment = false;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      if (!in_comment) quote = c;
    } else if (c == '#') {
      in_comment = true;
    }
    if (!in_comment) result.push_back(c);
  }
  return result;
}

std::vector<CLI::ConfigItem> entries_of(const std::filesystem::path& file) {
  const auto unreadable = [&] {
    reject("--config is '" + file.string() + "' but must be a TOML file that can be read");
  };
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!(text << stream.rdbuf())) unreadable();
  std::string toml = text.str();
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // which Windows' editors write
  if (toml.starts_with(kByteOrderMark)) toml.erase(0, kByteOrderMark.size());
  std::istringstream input(without_comments(toml));
  constexpr char kInNoFile = '\1';
  CLI::ConfigTOML config;
  config.comment(kInNoFile);
  try {
    return config.from_config(input);
  } catch (const CLI::Error&) {
    unreadable();
  }
  return {};
}

/// \param described  the same option in the command's table.
void apply(CLI::Option& option, const Option& described, const CLI::ConfigItem& item) {
  const bool is_flag = option.get_expected_max() == 0;
  if (is_flag) {
    const std::string value = item.inputs.empty() ? "true" : item.inputs.front();
    if (value == "false") return;
    const bool known = value == "true" || value.find_first_not_of("0123456789") == std::string::npos;
    if (item.inputs.size() > 1 || !known) {
      reject("the config file has '" + value + "' for " + item.name + ", which takes no value but true and false");
    }
    option.add_result(value);
    return;
  }
  if (item.inputs.size() > 1 && described.kind() == Option::Kind::Numbers) {
    std::string joined;  // an array of numbers, as TOML would have it
    for (const std::string& input : item.inputs) joined.append(joined.empty() ? "" : ",").append(input);
    option.add_result(joined);
    return;
  }
  const bool takes_several = option.get_expected_max() > 1;
  if (item.inputs.size() != 1 && !takes_several) {
    reject("the config file has " + std::to_string(item.inputs.size()) + " values for " + item.name +
           ", which takes one");
  }
  option.add_result(item.inputs);
}

}  // namespace

void apply_config(CLI::App& app, const OptionTable& table, const std::filesystem::path& file) {
  std::vector<std::string> keys;
  for (const Option& option : table.options()) {
    if (option.configurable()) keys.push_back(option.key());
  }
  std::set<std::string> seen;
  for (const CLI::ConfigItem& item : entries_of(file)) {
    // The two markers that CLI11 puts around a section have no meaning for a person.
    const std::string key = item.parents.empty() ? item.name : item.parents.front();
    if (!item.parents.empty() || std::find(keys.begin(), keys.end(), key) == keys.end()) {
      reject("the config file has the key '" + key + "', which is no option" + did_you_mean(key, keys));
    }
    if (!seen.insert(key).second) reject("the config file has the key '" + key + "' twice; leave one of them out");
    CLI::Option* option = app.get_option("--" + key);
    if (option->count() == 0) apply(*option, *table.find(key), item);
  }
}

}  // namespace styler::app
