#include "styler/app/job/record/stored_parameters.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "styler/base/parse_text.hpp"
#include "styler/base/sha256.hpp"
#include "styler/base/version.hpp"
#include "styler/core/storage/bounded_json.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// Points of a scale's curve that are stored: enough to draw it.
constexpr size_t kCurvePoints = 100;

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
  defaults.stylize.objective = ObjectiveOptions::preset(*known);
  return shown_options_json(defaults);
}

}  // namespace

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
  return line_text({{"styler", program_version()},
                    {"fingerprint", record.stopped ? "" : fingerprint(options, hashes)},
                    {"options", shown_options_json(options)},
                    {"sha256", hashes_json(hashes)},
                    {"chosen",
                     {{"device", record.machine.device.device_name()},
                      {"precision", record.machine.device.precision_name()},
                      {"threads", record.machine.threads}}},
                    {"width", record.output_size.width},
                    {"height", record.output_size.height},
                    {"stopped", record.stopped},
                    {"saved_loss", record.saved_loss ? json(six_digits(record.saved_loss->total)) : json()},
                    {"scales", curve}});
}

json read_parameters(std::string_view text, const std::filesystem::path& file) {
  json parameters = bounded_json(text);
  if (!parameters.is_object() || !parameters.contains("options") || !parameters["options"].is_object()) {
    throw Error(ErrorCode::Input,
                "picture '" + file.string() +
                    "' does not say how it was made; name one that styler wrote without --no-metadata, and no sheet");
  }
  return parameters;
}

std::string stored_fingerprint(std::string_view text) {
  const json parameters = bounded_json(text);
  return parameters.is_object() && parameters.contains("fingerprint") && parameters["fingerprint"].is_string()
             ? parameters["fingerprint"].get<std::string>()
             : std::string();
}

std::string command_text(const json& parameters, const std::filesystem::path& output) {
  const json& options = parameters.at("options");
  const json preset = options.value("preset", json("styler"));
  const json defaults = defaults_beside(preset.is_string() ? preset.get<std::string>() : "");
  std::string command = "styler";
  for (const auto& [name, value] : options.items()) {
    if (defaults.contains(name) && defaults.at(name) == value) continue;
    command.append(" ").append(shell_quoted(std::string("--").append(name)));
    if (value.is_boolean()) continue;
    for (const json& word : value.is_array() ? value : json::array({value})) {
      command.append(" ").append(shell_quoted(option_text(word)));
    }
  }
  return command.append(" -o ").append(shell_quoted(output.string()));
}

std::string shell_quoted(const std::string& text) {
  const auto plain = [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("_-./,:=+@%#").find(static_cast<char>(letter)) != std::string_view::npos;
  };
  if (!text.empty() && text.front() != '#' && std::all_of(text.begin(), text.end(), plain)) return text;
  // What a terminal would obey is written in digits, which bash understands within $'…'.
  const auto obeyed = [](unsigned char letter) { return std::iscntrl(letter) != 0; };
  const bool in_digits = std::any_of(text.begin(), text.end(), obeyed);
  std::string quoted = in_digits ? "$'" : "'";
  for (const char letter : text) {
    if (in_digits && obeyed(static_cast<unsigned char>(letter))) {
      std::array<char, 8> digits{};
      std::snprintf(digits.data(), digits.size(), "\\%03o", static_cast<unsigned>(static_cast<unsigned char>(letter)));
      quoted += digits.data();
    } else if (in_digits && (letter == '\'' || letter == '\\')) {
      quoted.append("\\").append(1, letter);
    } else if (letter == '\'') {
      quoted += "'\\''";
    } else {
      quoted += letter;
    }
  }
  return quoted + "'";
}

}  // namespace styler::app
