#include "styler/app/models/style_notes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/text/words.hpp"
#include "styler/core/storage/bounded_json.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr size_t kMostNamesTold = 8;

std::string text_of(const json& object, const char* key) {
  if (!object.is_object()) return {};
  const json value = object.value(key, json());
  return value.is_string() ? value.get<std::string>() : std::string();
}

int64_t count_of(const json& object, const char* key) {
  if (!object.is_object()) return 0;
  const json value = object.value(key, json());
  return value.is_number_integer() ? std::max<int64_t>(0, value.get<int64_t>()) : 0;
}

std::vector<PaintingNote> paintings_of(const json& array) {
  std::vector<PaintingNote> paintings;
  if (!array.is_array()) return paintings;
  for (const json& entry : array) paintings.push_back({text_of(entry, "file"), text_of(entry, "sha256")});
  return paintings;
}

json note_json(const Model& model, const char* name) {
  const auto found = model.notes.find(name);
  return found == model.notes.end() ? json() : bounded_json(found->second);
}

}  // namespace

json paintings_json(const std::vector<PaintingNote>& paintings) {
  json result = json::array();
  for (const PaintingNote& painting : paintings) {
    result.push_back({{"file", painting.file}, {"sha256", painting.sha256}});
  }
  return result;
}

json style_json(const StyleNote& style) {
  json result = {{"name", style.name}, {"paintings", paintings_json(style.paintings)}};
  if (style.steps > 0) result.update({{"steps", style.steps}, {"photos", style.photos}});
  return result;
}

std::vector<StyleNote> style_notes(const Model& model) {
  const json told = note_json(model, "styles"), thumbnails = note_json(model, "thumbnails");
  std::vector<StyleNote> styles(model.styles.count());
  if (styles.size() == 1) {
    StyleNote& only = styles.front();
    only.paintings = paintings_of(told);
    if (!only.paintings.empty()) only.name = std::filesystem::path(only.paintings.front().file).stem().string();
  }
  for (size_t i = 0; i < styles.size(); ++i) {
    if (styles.size() > 1 && told.is_array() && i < told.size()) {
      styles[i].name = text_of(told[i], "name");
      if (told[i].is_object()) styles[i].paintings = paintings_of(told[i].value("paintings", json()));
      styles[i].steps = count_of(told[i], "steps");
      styles[i].photos = count_of(told[i], "photos");
    }
    if (thumbnails.is_array() && i < thumbnails.size() && thumbnails[i].is_string()) {
      styles[i].thumbnail = thumbnails[i].get<std::string>();
    }
    if (styles[i].name.empty()) styles[i].name = std::to_string(i + 1);
  }
  return styles;
}

std::string styles_note(const std::vector<StyleNote>& styles) {
  if (styles.size() == 1) return line_text(paintings_json(styles.front().paintings));
  json result = json::array();
  for (const StyleNote& style : styles) result.push_back(style_json(style));
  return line_text(result);
}

std::string thumbnails_note(const std::vector<StyleNote>& styles) {
  json result = json::array();
  for (const StyleNote& style : styles) result.push_back(style.thumbnail);
  return line_text(result);
}

size_t picked_style(const std::string& option, const std::string& word, const std::vector<StyleNote>& styles,
                    const std::filesystem::path& model) {
  const auto found = std::ranges::find(styles, word, &StyleNote::name);
  if (found != styles.end()) return static_cast<size_t>(found - styles.begin());
  const std::optional<int64_t> number = parse_whole(word);
  if (number && *number >= 1 && *number <= static_cast<int64_t>(styles.size())) {
    return static_cast<size_t>(*number - 1);
  }
  std::vector<std::string> names;
  names.reserve(styles.size());
  for (const StyleNote& style : styles) names.push_back(style.name);
  const std::string near = did_you_mean(word, names);
  reject(option + " is " + quoted_name(word) + " but must be a style of " + quoted(model) +
         ", by its name or number: " + style_names(styles) + (near.empty() ? "" : near));
}

std::vector<double> shares_of_one(size_t style, size_t count) {
  if (style == 0) return {};
  std::vector<double> shares(count);
  shares[style] = 1;
  return shares;
}

std::vector<double> blend_shares(const std::string& option, const std::vector<double>& blend,
                                 const std::vector<StyleNote>& styles, const std::filesystem::path& model) {
  if (blend.size() != styles.size()) {
    reject(option + " is " + decimals_text(blend) + " but must be as many numbers as " + quoted(model) +
           " has styles, which is " + std::to_string(styles.size()) + ": " + style_names(styles));
  }
  double sum = 0;
  for (const double share : blend) sum += share;
  if (blend.front() == sum) return {};
  std::vector<double> shares;
  shares.reserve(blend.size());
  for (const double share : blend) shares.push_back(share / sum);
  return shares;
}

std::string style_names(const std::vector<StyleNote>& styles) {
  std::vector<std::string> names;
  for (const StyleNote& style : styles) {
    if (names.size() == kMostNamesTold && styles.size() > kMostNamesTold + 1) {
      names.push_back("and " + std::to_string(styles.size() - kMostNamesTold) + " more");
      break;
    }
    names.push_back(quoted_name(style.name));
  }
  return joined(names, ", ");
}

}  // namespace styler::app
