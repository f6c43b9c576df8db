#include "styler/app/commands/sweep/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "styler/app/cli/option_binder.hpp"
#include "styler/app/job/options/region_options.hpp"
#include "styler/app/job/options/style_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text.hpp"
#include "styler/base/words.hpp"

namespace styler::app {
namespace {

constexpr const char* kVary = "--vary";

/// What a picture's look does not hang on, or what is there once for the whole sheet.
bool can_vary(const std::string& option) {
  static const std::set<std::string> fixed = {
      "output",    "vary",       "config",       "help",       "quiet",          "verbose",       "log-file",
      "weights",   "max-pixels", "memory-limit", "save-every", "no-metadata",    "keep-metadata", "keep-gps",
      "bit-depth", "quality",    "dither",       "background", "allow-truncated"};
  return fixed.count(option) == 0;
}

void check_option(const CLI::App& app, const Variation& variation) {
  const std::string name = "--" + variation.option;
  const CLI::Option* const option = app.get_option_no_throw(name);
  if (option == nullptr) {
    std::vector<std::string> names;
    for (const CLI::Option* known : app.get_options()) {
      for (const std::string& long_name : known->get_lnames()) {
        if (can_vary(long_name)) names.push_back(long_name);
      }
    }
    const std::string guess = did_you_mean(variation.option, names);
    reject("--vary is of '" + variation.option + "', which is no option" +
           (guess.empty() ? "; see styler sweep --help for those there are" : guess));
  }
  if (!can_vary(variation.option)) {
    reject("--vary is of '" + variation.option + "', which belongs to the sheet as a whole; vary another option");
  }
  if (option->count() > 0) {
    reject(name + " is given by itself and with --vary; leave one of them out");
  }
}

/// What was typed, but for the command and --vary.
std::vector<std::string> without_variations(const std::vector<std::string>& arguments) {
  std::vector<std::string> rest;
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == kVary) {
      ++i;
    } else if (arguments[i].rfind(std::string(kVary) + "=", 0) != 0) {
      rest.push_back(arguments[i]);
    }
  }
  return rest;
}

std::string value_argument(const Variation& variation, size_t index) {
  return "--" + variation.option + "=" + variation.values[index];
}

}  // namespace

Variation parse_variation(std::string_view text) {
  const auto fail = [&] {
    reject("--vary is '" + std::string(text) +
           "' but must be an option without its dashes and two values or more, as in style-weight=10,100,1000");
  };
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) fail();
  Variation variation{std::string(text.substr(0, equals)), {}};
  const std::string_view values = text.substr(equals + 1);
  const char separator = values.find(';') == std::string_view::npos ? ',' : ';';
  for (const std::string_view value : parts_of(values, separator)) variation.values.emplace_back(value);
  const bool has_gap = std::any_of(variation.values.begin(), variation.values.end(),
                                   [](const std::string& value) { return value.empty(); });
  if (variation.option.empty() || variation.option.front() == '-' || has_gap || variation.values.size() < 2) fail();
  return variation;
}

std::vector<std::vector<std::string>> SweepOptions::arguments_of_pictures(
    const CLI::App& app, const std::vector<std::string>& arguments) const {
  if (variations.empty() || variations.size() > 2) {
    reject(
        "--vary is given " + std::to_string(variations.size()) +
        " times but must be given once or twice; a sheet has rows and columns, as in --vary style-weight=10,100,1000");
  }
  for (const Variation& variation : variations) check_option(app, variation);
  const size_t columns = variations[0].values.size();
  const size_t rows = variations.size() == 2 ? variations[1].values.size() : 1;
  if (columns * rows > kMostPictures) {
    reject("the sheet would have " + std::to_string(columns * rows) + " pictures but must have at most " +
           std::to_string(kMostPictures) + "; give --vary fewer values");
  }
  if (variations.size() == 2 && variations[0].option == variations[1].option) {
    reject("--vary is of '" + variations[0].option + "' twice; name all its values at once");
  }
  std::vector<std::string> common = without_variations(arguments);
  if (app.get_option("--size")->count() == 0) common.push_back("--size=" + std::to_string(kDefaultSize));

  std::vector<std::vector<std::string>> result;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < columns; ++column) {
      std::vector<std::string> picture = common;
      picture.push_back(value_argument(variations[0], column));
      if (variations.size() == 2) picture.push_back(value_argument(variations[1], row));
      result.push_back(std::move(picture));
    }
  }
  return result;
}

void SweepOptions::validate() const {
  if (settings.save_every > 0)
    reject("--save-every is not for sheets, which are written after every picture; leave it out");
  if (settings.keep_metadata) reject("--keep-metadata is not for sheets, which are no photo's own; leave it out");
  const auto begins_with_noise = [](const JobOptions& picture) { return picture.init == Init::Noise; };
  for (const Variation& variation : variations) {
    if (variation.option != "seed" || std::any_of(pictures.begin(), pictures.end(), begins_with_noise)) continue;
    reject("--vary is of 'seed', which changes nothing but noise to begin with; add --init noise");
  }
  for (const JobOptions& picture : pictures) picture.validate();
}

void bind_options(CLI::App& app, SweepOptions& options) {
  OptionBinder binder(app);
  bind_pictures(binder, options.settings);
  const auto take = [&options](const std::vector<std::string>& texts) {
    options.variations.clear();
    for (const std::string& text : texts) options.variations.push_back(parse_variation(text));
  };
  app.add_option_function<std::vector<std::string>>(
         kVary, take,
         "An option without its dashes and the values it takes from picture to picture; with a second "
         "--vary, the values of that one from row to row; semicolons between values that have commas")
      ->allow_extra_args(false)
      ->configurable(false)
      ->type_name("OPTION=X,Y,...")
      ->group("Pictures");
  bind_settings(binder, options.settings);
  bind_style_blend(binder, options.settings);
  bind_regions(binder, options.settings);
}

}  // namespace styler::app
