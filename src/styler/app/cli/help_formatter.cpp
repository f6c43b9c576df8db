#include "styler/app/cli/help_formatter.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

namespace styler::app {
namespace {

constexpr size_t kWidth = 90;
/// Column at which descriptions begin; longer option names get a line of their own.
constexpr size_t kDescriptionColumn = 31;
/// The same for -h, whose lines are short.
constexpr size_t kBriefColumn = 27;
constexpr size_t kBriefWidth = 80;

std::string row(const std::string& left, const std::string& right, size_t column = kDescriptionColumn) {
  std::string text = "  " + left;
  if (text.size() + 2 > column) {
    text += "\n" + std::string(column, ' ');
  } else {
    text.resize(column, ' ');
  }
  return text + wrapped(right, kWidth, column) + "\n";
}

std::string option_row(const CLI::Option* option) {
  const bool positional = option->get_positional();
  std::string left = option->get_name(positional, !positional);
  // Options without a short name line up with the long names of the others.
  if (left.rfind("--", 0) == 0) left.insert(0, "    ");
  if (const size_t comma = left.find(','); comma != std::string::npos) left.insert(comma + 1, " ");
  if (!positional && option->get_expected_max() > 0) left += " " + option->get_type_name();
  std::string right = option->get_description();
  if (!option->get_default_str().empty()) right += " [" + option->get_default_str() + "]";
  return row(left, right);
}

std::string option_groups(const CLI::App* app) {
  std::vector<std::string> headings;
  for (const CLI::Option* option : app->get_options()) {
    const std::string& heading = option->get_group();
    if (!heading.empty() && std::find(headings.begin(), headings.end(), heading) == headings.end()) {
      headings.push_back(heading);
    }
  }
  // What the commands do comes first; --help and its like, which CLI11 wants to be added early, come last.
  if (const auto help = std::find(headings.begin(), headings.end(), kHelpHeading); help != headings.end()) {
    std::rotate(help, help + 1, headings.end());
  }
  std::string text;
  for (const std::string& heading : headings) {
    text += "\n" + heading + ":\n";
    for (const CLI::Option* option : app->get_options()) {
      if (option->get_group() == heading) text += option_row(option);
    }
  }
  return text;
}

}  // namespace

std::string described(std::string_view usage, std::string_view does) {
  return std::string("Usage: ").append(usage).append("\n\n").append(does);
}

std::string brief_help(const CommandInfo& info, const OptionTable& table, const std::vector<std::string>& commands) {
  std::string text = described(info.usage, wrapped(std::string(info.does), kBriefWidth, 0)) + "\n\n";
  for (const Option& option : table.options()) {
    if (option.brief_help().empty()) continue;
    std::string left = option.names();
    if (left.starts_with("--")) left.insert(0, "    ");
    if (const size_t comma = left.find(','); comma != std::string::npos) left.insert(comma + 1, " ");
    if (!option.brief_type().empty()) left += " " + option.brief_type();
    text += row(left, option.brief_help(), kBriefColumn);
  }
  if (!commands.empty()) {
    text += "\nAlso:";
    for (const std::string& command : commands) text += " " + command;
    text += '\n';
  }
  const std::string of_commands = commands.empty() ? "" : ", styler COMMAND --help those of a command";
  return text + "\nstyler " + std::string(info.name) + (info.name.empty() ? "" : " ") + "--help shows all options" +
         of_commands + ".\n";
}

std::string wrapped(const std::string& text, size_t width, size_t indent) {
  std::istringstream words(text);
  std::string result;
  size_t column = indent;
  for (std::string word; words >> word;) {
    if (!result.empty() && column + 1 + word.size() > width) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!result.empty()) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string /*name*/, CLI::AppFormatMode /*mode*/) const {
  std::string text = app->get_description() + "\n" + option_groups(app);
  const auto commands = app->get_subcommands([](const CLI::App*) { return true; });
  if (!commands.empty()) {
    text += "\nCommands:\n";
    for (const CLI::App* command : commands) {
      const std::string description = command->get_description();
      // The first paragraph of a command's description is its usage, the second what it does.
      const size_t blank = description.find("\n\n");
      text += row(command->get_name(), blank == std::string::npos ? description : description.substr(blank + 2));
    }
  }
  return app->get_footer().empty() ? text : text + "\n" + app->get_footer() + "\n";
}

}  // namespace styler::app
