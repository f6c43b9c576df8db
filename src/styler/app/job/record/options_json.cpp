#include "styler/app/job/record/options_json.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

json value_json(const OptionValue& value) {
  if (const auto* const words = std::get_if<std::vector<std::string>>(&value)) return texts_json(*words);
  return std::visit([](const auto& v) { return json(v); }, value);
}

/// Calls `visit` for each option that has one of the facts, and none of those in `without`.
template <typename Visit>
void for_options(const OptionTable& table, OptionFacts facts, OptionFacts without, const Visit& visit) {
  for (const Option& option : table.options()) {
    if (option.has(facts) && !option.has(without)) visit(option);
  }
}

/// What options of a job can't have to be told of.
OptionFacts facts_without_use(const JobOptions& options) {
  return options.is_texture() ? OptionFacts::NeedsPhoto : OptionFacts::None;
}

json values_json(const JobOptions& options, OptionFacts facts) {
  return values_json(DescribedJob(options).table(), facts, facts_without_use(options));
}

json identity_json(const JobOptions& options, OptionFacts facts) {
  return identities_json(DescribedJob(options).table(), facts, facts_without_use(options));
}

}  // namespace

json values_json(const OptionTable& table, OptionFacts facts, OptionFacts without) {
  json result = json::object();
  for_options(table, facts, without, [&](const Option& o) { result[o.key()] = value_json(o.value()); });
  return result;
}

json identities_json(const OptionTable& table, OptionFacts facts, OptionFacts without) {
  json result = json::object();
  for_options(table, facts, without, [&](const Option& o) { result[o.key()] = value_json(o.identity_value()); });
  return result;
}

std::vector<NamedValue> option_values(const JobOptions& options, OptionFacts facts) {
  std::vector<NamedValue> values;
  const DescribedJob described(options);
  for_options(described.table(), facts, facts_without_use(options),
              [&](const Option& option) { values.emplace_back(option.key(), option.value()); });
  return values;
}

json texts_json(const std::vector<std::string>& texts) {
  if (texts.empty()) return "";
  return texts.size() == 1 ? json(texts.front()) : json(texts);
}

json picture_options_json(const JobOptions& options) { return values_json(options, OptionFacts::DecidesPicture); }

json picture_identity_json(const JobOptions& options) { return identity_json(options, OptionFacts::DecidesPicture); }

json course_options_json(const JobOptions& options) { return identity_json(options, OptionFacts::DecidesCourse); }

json shown_options_json(const JobOptions& options) {
  json result = json::object();
  const DescribedJob described(options);
  for_options(described.table(), OptionFacts::NamesPicture, facts_without_use(options), [&](const Option& option) {
    // Where a picture lies is not stored in it: the same picture under two names is the same file.
    const OptionValue value = option.value();
    if (option.has(OptionFacts::WritesFile) || value == OptionValue("")) return;
    if (value != OptionValue(std::vector<std::string>())) result[option.key()] = value_json(value);
  });
  result.update(picture_options_json(options));
  result.update(values_json(options, OptionFacts::ShownWithPicture));
  return result;
}

json options_json(const JobOptions& options) {
  json result = values_json(options, OptionFacts::NamesPicture);
  result.update(picture_options_json(options));
  result.update(values_json(options, OptionFacts::Reported));
  return result;
}

std::string option_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return decimal_text(value.get<double>());
  return value.dump();
}

std::string json_text(const json& object, int indent) {
  const std::string plain = object.dump(indent, ' ', false, json::error_handler_t::replace);
  std::string text;
  text.reserve(plain.size());
  for (std::string_view rest = plain; !rest.empty();) {
    const TextStart start = first_letter(rest);
    const char32_t letter = start.letter.value_or(U' ');
    if (letter < 0x7F || is_shown(letter)) {  // what is below stands for itself only between texts, as a line's end
      text += start.bytes;
    } else {
      std::array<char, 16> digits{};
      std::snprintf(digits.data(), digits.size(), "\\u%04x", static_cast<unsigned>(letter));
      text += digits.data();
    }
    rest.remove_prefix(start.bytes.size());
  }
  return text;
}

std::string line_text(const json& object) { return json_text(object, -1); }

}  // namespace styler::app
