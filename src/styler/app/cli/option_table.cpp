#include "styler/app/cli/option_table.hpp"

#include <algorithm>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/words.hpp"

namespace styler::app {
namespace {

/// An option that stands where a value should: the value was forgotten. (A file of such a name can be written ./--x.)
void check_present(const std::string& name, const std::string& value) {
  if (value.starts_with("--")) reject(name + " needs a value, but '" + value + "' follows it");
}

[[noreturn]] void reject_value(const std::string& name, const std::string& value, const std::string& requirement) {
  reject(name + " is '" + value + "' but must be " + requirement);
}

int counted_flag(const Option& flag, const std::string& word) {
  const std::optional<int> count = flag.flag_count(word);
  if (!count) {
    reject(flag.long_name() + " is '" + word + "' but takes no value but true and false" +
           (flag.kind() == Option::Kind::Counter ? ", or a number up to 9" : "") + "; leave it out");
  }
  return *count;
}

}  // namespace

std::string value_text(const OptionValue& value) {
  struct Text {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(int64_t number) const { return std::to_string(number); }
    std::string operator()(uint64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return decimal_text(number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const std::vector<std::string>& words) const { return joined(words, " "); }
  };
  return std::visit(Text{}, value);
}

Option& Option::is(OptionFacts facts) {
  facts_ = facts_ | facts;
  return *this;
}

Option& Option::type(std::string text) {
  type_ = std::move(text);
  return *this;
}

Option& Option::default_text(std::string text) {
  default_ = std::move(text);
  return *this;
}

Option& Option::brief(std::string help, std::string type) {
  brief_ = std::move(help);
  brief_type_ = type.empty() ? type_.substr(0, type_.find_first_of("|[.")) : std::move(type);
  return *this;
}

Option& Option::on_command_line_only() {
  configurable_ = false;
  return *this;
}

Option& Option::completes(Completes what) {
  completes_ = what;
  return *this;
}

Option& Option::as(std::function<OptionValue()> value) {
  value_ = std::move(value);
  return *this;
}

Option& Option::of(const void* field) {
  field_ = field;
  return *this;
}

Option& Option::files(std::function<std::vector<std::filesystem::path>()> files) {
  files_ = std::move(files);
  return *this;
}

Option& Option::identity(std::function<OptionValue()> value) {
  identity_ = std::move(value);
  return *this;
}

Option& Option::idle_if(std::function<bool()> idle, std::string why) {
  idle_.emplace_back(std::move(idle), std::move(why));
  return *this;
}

std::string Option::key() const {
  const std::string name = long_name();
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

bool Option::has(OptionFacts facts) const {
  return (static_cast<unsigned>(facts_) & static_cast<unsigned>(facts)) != 0;
}

std::vector<std::filesystem::path> Option::files() const {
  std::vector<std::filesystem::path> files = files_ ? files_() : std::vector<std::filesystem::path>();
  std::erase_if(files, [](const std::filesystem::path& file) { return file.empty(); });
  return files;
}

std::optional<int> Option::flag_count(std::string_view word) const {
  if (word == "true") return 1;
  if (word == "false") return 0;
  const int most = kind_ == Kind::Counter ? 9 : 1;
  if (word.size() != 1 || word.front() < '0' || word.front() - '0' > most) return std::nullopt;
  return word.front() - '0';
}

std::vector<std::string> Option::idle_sentences() const {
  std::vector<std::string> sentences;
  for (const auto& [idle, why] : idle_) {
    if (given_ && idle()) sentences.push_back(long_name() + " " + why);
  }
  return sentences;
}

Option& OptionTable::add(Option::Kind kind, const std::string& names, const std::string& help, std::string type) {
  options_.push_back(Option(kind, names, heading_, help));
  Option& option = options_.back();
  option.type_ = std::move(type);
  return option;
}

Option& OptionTable::text(const std::string& names, const std::string& type, std::function<OptionValue()> value,
                          const std::function<bool(const std::string&)>& accepted, const std::string& requirement,
                          const std::string& help) {
  Option& option = add(Option::Kind::Value, names, help, type);
  option.default_ = value_text(value());
  option.value_ = std::move(value);
  option.take_ = [name = option.long_name(), accepted, requirement](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      check_present(name, word);
      if (!accepted(word)) reject_value(name, word, requirement);
    }
  };
  return option;
}

Option& OptionTable::text(const std::string& names, const std::string& type, std::string& field,
                          const std::string& requirement, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    field = value;
    return !value.empty();
  };
  return text(names, type, [&field] { return field; }, accepted, requirement, help).of(&field);
}

Option& OptionTable::numbers(const std::string& names, const std::string& type, std::function<OptionValue()> value,
                             const std::function<bool(const std::string&)>& accepted, const std::string& requirement,
                             const std::string& help) {
  Option& option = text(names, type, std::move(value), accepted, requirement, help);
  option.kind_ = Option::Kind::Numbers;
  return option;
}

Option& OptionTable::path(const std::string& names, std::filesystem::path& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    field = value;
    return !value.empty();
  };
  return text(
             names, "FILE", [&field] { return field.string(); }, accepted, "the name of a file", help)
      .of(&field)
      .completes(Option::Completes::Files)
      .files([&field] { return std::vector{field}; });
}

Option& OptionTable::paths(const std::string& names, const std::string& type, std::vector<std::filesystem::path>& field,
                           const std::string& help) {
  Option& option =
      add(Option::Kind::Words, names, help, type).of(&field).completes(Option::Completes::Files).files([&field] {
        return field;
      });
  option.value_ = [&field] {
    std::vector<std::string> files;
    files.reserve(field.size());
    for (const std::filesystem::path& file : field) files.push_back(file.string());
    return files;
  };
  option.take_ = [name = option.long_name(), &field](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      check_present(name, word);
      if (word.empty()) reject(name + " is '' but must be the name of a file");
    }
    field.assign(words.begin(), words.end());
  };
  return option;
}

Option& OptionTable::whole(const std::string& names, int64_t& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    const auto number = parse_whole(value);
    field = number.value_or(field);
    return number.has_value();
  };
  return text(names, "N", [&field] { return field; }, accepted, "a whole number", help).of(&field);
}

Option& OptionTable::whole(const std::string& names, uint64_t& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    const auto number = parse_unsigned(value);
    field = number.value_or(field);
    return number.has_value();
  };
  return text(names, "N", [&field] { return field; }, accepted, "a whole number from 0 up", help).of(&field);
}

Option& OptionTable::decimal(const std::string& names, double& field, const std::string& help) {
  const auto accepted = [&field](const std::string& value) {
    const auto number = parse_decimal(value);
    field = number.value_or(field);
    return number.has_value();
  };
  return text(names, "X", [&field] { return field; }, accepted, "a number", help).of(&field);
}

Option& OptionTable::choice(const std::string& names, std::vector<std::string> words,
                            const std::function<std::string()>& word,
                            const std::function<void(const std::string&)>& taken, const std::string& help) {
  Option& option = add(Option::Kind::Value, names, help, joined(words, "|")).completes(Option::Completes::Words);
  option.default_ = word();
  option.value_ = word;
  option.words_ = std::move(words);
  option.take_ = [&option, taken](const std::vector<std::string>& given) {
    for (const std::string& value : given) {
      check_present(option.long_name(), value);
      if (std::ranges::find(option.words(), value) == option.words().end()) {
        reject_value(option.long_name(), value, enumeration(option.words()) + did_you_mean(value, option.words()));
      }
      taken(value);
    }
  };
  return option;
}

Option& OptionTable::list(const std::string& names, const std::string& type, std::function<OptionValue()> value,
                          const std::function<void(const std::vector<std::string>&)>& taken,
                          const std::string& requirement, const std::string& help) {
  Option& option = add(Option::Kind::List, names, help, type);
  option.default_ = value_text(value());
  option.value_ = std::move(value);
  option.take_ = [name = option.long_name(), taken, requirement](const std::vector<std::string>& words) {
    std::vector<std::string> texts;
    for (const std::string& word : words) {
      check_present(name, word);
      for (const std::string_view part : parts_of(word, ',')) {
        if (!part.empty()) texts.emplace_back(part);
      }
    }
    if (texts.empty()) reject_value(name, joined(words, " "), requirement);
    taken(texts);
  };
  return option;
}

Option& OptionTable::repeated(const std::string& names, const std::string& type,
                              std::function<void(const std::vector<std::string>&)> taken, const std::string& help) {
  Option& option = add(Option::Kind::Repeated, names, help, type);
  option.value_ = [] { return std::string(); };
  option.take_ = std::move(taken);
  return option.on_command_line_only();
}

Option& OptionTable::flag(const std::string& names, bool& field, const std::string& help) {
  Option& option = add(Option::Kind::Flag, names, help, "").of(&field);
  option.value_ = [&field] { return field; };
  option.take_ = [&option, &field](const std::vector<std::string>& words) {
    for (const std::string& word : words) field = counted_flag(option, word) > 0;
  };
  return option;
}

Option& OptionTable::counter(const std::string& names, int& field, const std::string& help) {
  Option& option = add(Option::Kind::Counter, names, help, "").of(&field);
  option.value_ = [&field] { return int64_t{field}; };
  option.take_ = [&option, &field](const std::vector<std::string>& words) {
    int count = 0;
    for (const std::string& word : words) count += counted_flag(option, word);
    field = count;
  };
  return option;
}

const Option* OptionTable::find(std::string_view key) const {
  const auto option = std::ranges::find_if(options_, [key](const Option& o) { return o.key() == key; });
  return option == options_.end() ? nullptr : &*option;
}

const Option& OptionTable::of_field(const void* field) const {
  const auto option = std::ranges::find(options_, field, &Option::field_);
  STYLER_ASSERT(option != options_.end());
  return *option;
}

std::vector<std::string> OptionTable::idle_sentences() const {
  std::vector<std::string> sentences;
  for (const Option& option : options_) {
    for (std::string& sentence : option.idle_sentences()) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

std::vector<NamedFile> files_with(const OptionTable& table, OptionFacts facts) {
  std::vector<NamedFile> named;
  for (const Option& option : table.options()) {
    if (!option.has(facts)) continue;
    for (const std::filesystem::path& file : option.files()) named.push_back({option.long_name(), file});
  }
  return named;
}

}  // namespace styler::app
