#include "styler/app/cli/option_binder.hpp"

#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/text.hpp"
#include "styler/base/words.hpp"

namespace styler::app {
namespace {

/// The name to use in messages: the last of `-o,--output`.
std::string long_name(const std::string& names) { return names.substr(names.rfind(',') + 1); }

/// An option that stands where a value should: the value was forgotten. (A file of such a name can be written ./--x.)
void check_present(const std::string& name, const std::string& value) {
  if (value.rfind("--", 0) != 0) return;
  throw Error(ErrorCode::InvalidArgument, name + " needs a value, but '" + value + "' follows it");
}

}  // namespace

CLI::Option* OptionBinder::text(const std::string& names, const std::string& type, const std::string& default_text,
                                const std::function<bool(const std::string&)>& accepted, const std::string& requirement,
                                const std::string& help) {
  const auto take = [name = long_name(names), accepted, requirement](const std::string& value) {
    check_present(name, value);
    if (accepted(value)) return;
    throw Error(ErrorCode::InvalidArgument, name + " is '" + value + "' but must be " + requirement);
  };
  return app_.add_option_function<std::string>(names, take, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->type_name(type)
      ->default_str(default_text)
      ->group(group_);
}

CLI::Option* OptionBinder::path(const std::string& names, std::filesystem::path& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    field = value;
    return !value.empty();
  };
  return text(names, "FILE", field.string(), accepted, "the name of a file", help);
}

CLI::Option* OptionBinder::paths(const std::string& names, const std::string& type,
                                 std::vector<std::filesystem::path>& field, const std::string& help) {
  const auto take = [name = long_name(names), &field](const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      check_present(name, value);
      if (value.empty()) throw Error(ErrorCode::InvalidArgument, name + " is '' but must be the name of a file");
    }
    field.assign(values.begin(), values.end());
  };
  return app_.add_option_function<std::vector<std::string>>(names, take, help)->type_name(type)->group(group_);
}

CLI::Option* OptionBinder::whole(const std::string& names, int64_t& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    const auto number = parse_whole(value);
    field = number.value_or(field);
    return number.has_value();
  };
  return text(names, "N", std::to_string(field), accepted, "a whole number", help);
}

CLI::Option* OptionBinder::whole(const std::string& names, int& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    const auto number = parse_whole(value);
    if (!number || !std::in_range<int>(*number)) return false;
    field = static_cast<int>(*number);
    return true;
  };
  return text(names, "N", std::to_string(field), accepted, "a whole number", help);
}

CLI::Option* OptionBinder::whole(const std::string& names, uint64_t& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    const auto number = parse_unsigned(value);
    field = number.value_or(field);
    return number.has_value();
  };
  return text(names, "N", std::to_string(field), accepted, "a whole number from 0 up", help);
}

CLI::Option* OptionBinder::decimal(const std::string& names, double& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    const auto number = parse_decimal(value);
    field = number.value_or(field);
    return number.has_value();
  };
  return text(names, "X", decimal_text(field), accepted, "a number", help);
}

CLI::Option* OptionBinder::choice(const std::string& names, const std::vector<std::string>& words,
                                  const std::string& default_word, const std::function<void(const std::string&)>& taken,
                                  const std::string& help) {
  const auto take = [name = long_name(names), words, taken](const std::string& value) {
    check_present(name, value);
    for (const std::string& word : words) {
      if (word == value) return taken(value);
    }
    throw Error(ErrorCode::InvalidArgument,
                name + " is '" + value + "' but must be " + enumeration(words) + did_you_mean(value, words));
  };
  std::string type;
  for (const std::string& word : words) type.append(type.empty() ? "" : "|").append(word);
  return app_.add_option_function<std::string>(names, take, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->type_name(type)
      ->default_str(default_word)
      ->group(group_);
}

CLI::Option* OptionBinder::choice(const std::string& names, const std::vector<std::string>& words, std::string& field,
                                  const std::string& help) {
  return choice(names, words, field, [&field](const std::string& word) { field = word; }, help);
}

CLI::Option* OptionBinder::list(const std::string& names, const std::string& type, const std::string& default_text,
                                const std::function<void(const std::vector<std::string>&)>& taken,
                                const std::string& help) {
  return app_.add_option_function<std::vector<std::string>>(names, taken, help)
      ->delimiter(',')
      ->type_name(type)
      ->default_str(default_text)
      ->group(group_);
}

CLI::Option* OptionBinder::flag(const std::string& names, bool& field, const std::string& help) {
  return app_.add_flag_function(names, [&field](int64_t count) { field = count > 0; }, help)->group(group_);
}

CLI::Option* OptionBinder::counter(const std::string& names, int& field, const std::string& help) {
  return app_.add_flag_function(
                 names, [&field](int64_t count) { field = static_cast<int>(count); }, help)
      ->group(group_);
}

}  // namespace styler::app
