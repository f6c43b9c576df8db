#include "styler/app/commands/sweep/options.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "styler/app/cli/command_parser.hpp"
#include "styler/app/commands/transfer/options.hpp"
#include "styler/app/job/options/region_options.hpp"
#include "styler/app/job/options/style_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/words.hpp"

namespace styler::app {
namespace {

/// Whether it may take another value from picture to picture of a sheet.
bool can_vary(const Option& option) { return option.configurable() && !option.has(OptionFacts::OfWholeSheet); }

void check_option(const OptionTable& table, const Variation& variation) {
  const std::string name = "--" + variation.option;
  const Option* const option = table.find(variation.option);
  if (option == nullptr) {
    std::vector<std::string> names;
    for (const Option& known : table.options()) {
      if (can_vary(known)) names.push_back(known.key());
    }
    const std::string guess = did_you_mean(variation.option, names);
    reject("--vary is of '" + variation.option + "', which is no option" +
           (guess.empty() ? "; see styler sweep --help for those there are" : guess));
  }
  if (!can_vary(*option)) {
    reject("--vary is of '" + variation.option + "', which belongs to the sheet as a whole; vary another option");
  }
  if (option->given()) reject(name + " is given by itself and with --vary; leave one of them out");
}

/// What was typed, but for the command and what single pictures know nothing of.
std::vector<std::string> without(const std::vector<const Option*>& of_sheet,
                                 const std::vector<std::string>& arguments) {
  std::vector<std::string> rest;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const auto found = std::ranges::find_if(of_sheet, [&](const Option* option) {
      return argument == option->long_name() || argument.starts_with(option->long_name() + "=");
    });
    if (found == of_sheet.end()) {
      rest.push_back(argument);
    } else if (!(*found)->is_flag() && argument == (*found)->long_name()) {
      ++i;
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

namespace {

/// The arguments that make a transfer of each picture, row by row.
std::vector<std::vector<std::string>> arguments_of_pictures(const SweepOptions& options, const OptionTable& table,
                                                            const std::vector<std::string>& arguments) {
  const std::vector<Variation>& variations = options.variations;
  if (variations.empty() || variations.size() > 2) {
    reject(
        "--vary is given " + std::to_string(variations.size()) +
        " times but must be given once or twice; a sheet has rows and columns, as in --vary style-weight=10,100,1000");
  }
  for (const Variation& variation : variations) check_option(table, variation);
  const size_t columns = variations[0].values.size();
  const size_t rows = variations.size() == 2 ? variations[1].values.size() : 1;
  if (columns * rows > SweepOptions::kMostPictures) {
    reject("the sheet would have " + std::to_string(columns * rows) + " pictures but must have at most " +
           std::to_string(SweepOptions::kMostPictures) + "; give --vary fewer values");
  }
  if (variations.size() == 2 && variations[0].option == variations[1].option) {
    reject("--vary is of '" + variations[0].option + "' twice; name all its values at once");
  }
  std::vector<std::string> common = without({&table.of(variations), &table.of(options.score)}, arguments);
  if (const Option& size = table.of(options.settings.stylize.schedule.size); !size.given()) {
    common.push_back(size.long_name() + "=" + std::to_string(SweepOptions::kDefaultSize));
  }

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

/// \param idle  counts in how many pictures an option does nothing.
JobOptions options_of(const std::vector<std::string>& arguments, std::map<std::string, size_t>& idle) {
  TransferOptions transfer;
  OptionTable table;
  transfer.describe(table);
  CommandParser parser;
  parser.add(TransferOptions::kCommand, table);
  parser.parse(arguments);
  transfer.settle(table, arguments);
  for (const std::string& sentence : table.idle_sentences()) ++idle[sentence];
  return transfer.job;
}

}  // namespace

void SweepOptions::describe(OptionTable& table) {
  const auto take = [&field = variations](const std::vector<std::string>& texts) {
    field.clear();
    for (const std::string& text : texts) field.push_back(parse_variation(text));
  };
  app::describe(table, settings, JobScope::Sheet);
  table.heading("Pictures");
  table
      .repeated("--vary", "OPTION=X,Y,...", take,
                "An option without its dashes and the values it takes from picture to picture; with a second --vary, "
                "the values of that one from row to row; semicolons between values that have commas")
      .of(&variations)
      .brief("An option and the values it takes");
  table
      .flag("--score", score,
            "Print content and style distance below each picture, as styler evaluate tells them: less is nearer")
      .brief("Print content and style distance below each")
      .is(OptionFacts::OfWholeSheet)
      .on_command_line_only();
}

void SweepOptions::settle(const OptionTable& table, const std::vector<std::string>& arguments) {
  std::map<std::string, size_t> idle;
  for (const auto& picture : arguments_of_pictures(*this, table, arguments)) {
    pictures.push_back(options_of(picture, idle));
  }
  // Beside --vary strength=0,1 a --style-weight does nothing in one picture, but something in the other.
  for (const auto& [sentence, count] : idle) {
    if (count == pictures.size()) reject(sentence);
  }
}

void SweepOptions::validate() const {
  if (settings.save_every > 0)
    reject("--save-every is not for sheets, which are written after every picture; leave it out");
  if (settings.metadata.keep) reject("--keep-metadata is not for sheets, which are no photo's own; leave it out");
  const auto begins_with_noise = [](const JobOptions& picture) { return picture.init == Init::Noise; };
  const DescribedJob described(settings);
  const std::string seed = described.table().of(described.options().stylize.seed).key();
  for (const Variation& variation : variations) {
    if (variation.option != seed || std::any_of(pictures.begin(), pictures.end(), begins_with_noise)) continue;
    reject("--vary is of 'seed', which changes nothing but noise to begin with; add --init noise");
  }
  for (const JobOptions& picture : pictures) picture.validate();
}

}  // namespace styler::app
