#include "styler/app/job/record/stored_parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/version.hpp"
#include "styler/core/storage/bounded_json.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// Points of a scale's curve that are stored: enough to draw it.
constexpr size_t kCurvePoints = 100;

/// The checksum of a network's numbers, where no list knows them: what the file says of its origin, which is in the
/// fingerprint, says nothing about them.
constexpr const char* kNumbersKey = "weights_numbers";

/// Six digits are enough for a curve and a third of the text.
double six_digits(double value) { return parse_decimal(number_text(value)).value_or(0); }

json curve_json(const ScaleRecord& scale) {
  json iterations = json::array();
  json losses = json::array();
  const size_t count = scale.losses.size();
  const size_t stride = std::max<size_t>(1, (count + kCurvePoints - 1) / kCurvePoints);
  for (size_t i = 0; i < count; ++i) {
    if (i % stride != 0 && i + 1 != count) continue;
    iterations.push_back(i + 1);
    losses.push_back(six_digits(scale.losses[i].total));
  }
  const Size size = scale.event.scale.size;
  return {{"width", size.width}, {"height", size.height}, {"iterations", iterations}, {"losses", losses}};
}

/// What the program does without options, but for the preset, from which the others follow.
json defaults_beside(const std::string& preset) {
  const auto known = kPresets.find(preset);
  if (!known) return json::object();  // of another version: nothing is known of what follows from it
  JobOptions defaults;
  defaults.take(*known);
  defaults.preset = Preset::Styler;
  return shown_options_json(defaults);
}

/// Bytes that are no UTF-8 can't stand in JSON: `{"bytes": "666fff"}` stands for such a text.
constexpr const char* kBytes = "bytes";

json stored_text(const std::string& text) {
  if (is_utf8(text)) return text;
  std::string digits;
  for (const char byte : text) {
    std::array<char, 16> two{};
    std::snprintf(two.data(), two.size(), "%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    digits += two.data();
  }
  return {{kBytes, digits}};
}

std::optional<std::string> bytes_of(const json& digits) {
  if (!digits.is_string()) return std::nullopt;
  const auto text = digits.get<std::string>();
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    const auto [stop, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc() || stop != text.data() + i + 2) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

/// What a stored value is on the command line; none of what no option has, of a foreign file.
std::optional<std::string> stored_word(const json& value) {
  if (value.is_object() && value.size() == 1) return bytes_of(value.value(kBytes, json()));
  if (value.is_string() || value.is_number()) return option_text(value);
  return std::nullopt;
}

/// A file's name that nobody takes for an option.
std::string path_word(const std::string& name) { return name.starts_with('-') ? "./" + name : name; }

/// An option that pictures tell of themselves; nullptr for others.
const Option* shown_option(const OptionTable& table, const std::string& key) {
  using enum OptionFacts;
  const Option* const option = table.find(key);
  const bool shown = option != nullptr && option->has(NamesPicture | DecidesPicture | ShownWithPicture) &&
                     !option->has(WritesFile);  // where it lies, a picture does not tell
  return shown ? option : nullptr;
}

/// ` --name value`, for a shell; nothing where the value is none that the option could have.
std::string option_words(const Option& option, const json& value) {
  const std::string name = " " + option.long_name();
  if (option.is_flag()) return value == json(true) ? name : "";
  const bool several = option.kind() == Option::Kind::Words;
  std::string text;
  for (const json& part : several&& value.is_array() ? value : json::array({value})) {
    const std::optional<std::string> word = stored_word(part);
    if (!word || word->empty()) continue;
    if (option.completion() == Option::Completes::Files) {
      text.append(" ").append(shell_quoted(path_word(*word)));
    } else {
      text.append(word->starts_with('-') ? "=" : " ").append(shell_quoted(*word));
    }
  }
  return text.empty() ? text : name + text;
}

/// Of letters that mean nothing to a shell. At the beginning # does, and to zsh =.
bool is_plain_word(std::string_view text) {
  const auto plain = [](char letter) {
    const bool digit_or_letter =
        (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    return digit_or_letter || std::string_view("_-./,:=+@%#").find(letter) != std::string_view::npos;
  };
  return !text.empty() && text.front() != '#' && text.front() != '=' && std::ranges::all_of(text, plain);
}

/// `\012`, as printf takes it.
std::string octal(char byte) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "\\%03o", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return digits.data();
}

}  // namespace

json storable(json value) {
  if (value.is_string()) return stored_text(value.get<std::string>());
  if (!value.is_structured()) return value;
  for (json& part : value) part = storable(std::move(part));
  return value;
}

json hashes_json(const InputHashes& hashes) {
  json styles = json::array();
  for (const std::vector<std::string>& style : hashes.styles) {
    styles.push_back(style.size() == 1 ? json(style.front()) : json(style));
  }
  if (styles.size() == 1 && styles.front().is_string()) styles = json(styles.front());
  return {{"content", hashes.content},
          {"style", styles},
          {"fine-style", hashes.fine_style},
          {"content-regions", hashes.content_regions},
          {"style-regions", texts_json(hashes.style_regions)},
          {"init", hashes.init},
          {"weights", hashes.weights}};
}

std::string fingerprint(const JobOptions& options, const InputHashes& hashes) {
  return sha256_of(line_text(
      {{"painting", kPaintingVersion}, {"options", picture_identity_json(options)}, {"inputs", hashes_json(hashes)}}));
}

std::string parameters_text(const JobOptions& options, const InputHashes& hashes, const JobRecord& record) {
  json curve = json::array();
  for (const ScaleRecord& scale : record.scales) curve.push_back(curve_json(scale));
  json parameters = {{"styler", program_version()},
                     {"fingerprint", record.stopped ? "" : fingerprint(options, hashes)},
                     {"options", storable(shown_options_json(options))},
                     {"sha256", hashes_json(hashes)},
                     {"chosen",
                      {{"device", record.machine.device.device_name()},
                       {"precision", record.machine.device.precision_name()},
                       {"threads", record.machine.threads}}},
                     {"width", record.output_size.width},
                     {"height", record.output_size.height},
                     {"stopped", record.stopped},
                     {"saved_loss", record.saved_loss ? json(six_digits(record.saved_loss->total)) : json()},
                     {"scales", curve}};
  if (const std::string numbers = record.machine.unlisted_numbers(); !numbers.empty())
    parameters[kNumbersKey] = numbers;
  return line_text(parameters);
}

json read_parameters(std::string_view text, const std::filesystem::path& file) {
  json parameters = bounded_json(text);
  if (!parameters.is_object() || !parameters.contains("options") || !parameters["options"].is_object()) {
    throw Error(ErrorCode::Input,
                "picture " + quoted(file) +
                    " does not say how it was made; name one that styler wrote without --no-metadata, and no sheet");
  }
  return parameters;
}

bool is_same_picture(std::string_view text, const std::string& fingerprint, const std::string& unlisted_numbers) {
  const json parameters = bounded_json(text);
  return parameters.is_object() && parameters.value("fingerprint", json()) == json(fingerprint) &&
         (!parameters.contains(kNumbersKey) || parameters.at(kNumbersKey) == json(unlisted_numbers));
}

std::string command_text(const json& parameters, const MakingCommand& making, const std::filesystem::path& output) {
  std::string command = making.words;
  for (const auto& [key, value] : parameters.at("options").items()) {
    if (making.defaults.contains(key) && making.defaults.at(key) == value) continue;
    if (const Option* const option = shown_option(making.table, key)) command += option_words(*option, value);
  }
  return command.append(" -o ").append(shell_quoted(path_word(output.string())));
}

size_t unknown_options(const json& parameters, const OptionTable& table) {
  size_t unknown = 0;
  for (const auto& [key, value] : parameters.at("options").items()) {
    if (shown_option(table, key) == nullptr) ++unknown;
  }
  return unknown;
}

std::string command_text(const json& parameters, const std::filesystem::path& output) {
  const json preset = parameters.at("options").value("preset", json(kPresets.word(Preset::Styler)));
  const json defaults = defaults_beside(preset.is_string() ? preset.get<std::string>() : "");
  const DescribedJob known{JobOptions()};
  return command_text(parameters, MakingCommand{"styler", known.table(), defaults}, output);
}

size_t unknown_options(const json& parameters) {
  const DescribedJob known{JobOptions()};
  return unknown_options(parameters, known.table());
}

std::string shell_quoted(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(std::string_view("\n\0", 2)) + 1);
  if (is_plain_word(text)) return std::string(text);
  std::string quoted;
  std::string digits;  // of bytes that printf writes, since they can't stand there themselves
  bool in_quotes = false;
  const auto quote = [&](bool wanted) {
    if (in_quotes != wanted) quoted += '\'';
    in_quotes = wanted;
  };
  const auto write_digits = [&] {
    if (digits.empty()) return;
    quote(false);
    quoted.append("\"$(printf '").append(digits).append("')\"");
    digits.clear();
  };
  bool after_line_break = false;  // $(...) drops a line break at its end, so the next letter goes in with it
  while (!text.empty()) {
    const TextStart start = first_letter(text);
    text.remove_prefix(start.bytes.size());
    if (start.letter == U'\0') continue;
    if (after_line_break || !start.letter || !is_shown(*start.letter)) {
      for (const char byte : start.bytes) digits += octal(byte);
      after_line_break = start.letter == U'\n';
      continue;
    }
    write_digits();
    quote(start.letter != U'\'');
    quoted.append(start.letter == U'\'' ? "\\'" : start.bytes);
  }
  write_digits();
  quote(false);
  return quoted.empty() ? "''" : quoted;
}

}  // namespace styler::app
