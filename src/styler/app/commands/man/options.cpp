#include "styler/app/commands/man/options.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include "styler/base/version.hpp"

namespace styler::app {
namespace {

/// Text for troff: what would be a command of its own, or a hyphen where a dash is meant, is escaped.
std::string plain(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '\\') {
      result += "\\e";
    } else if (letter == '-') {
      result += "\\-";
    } else if ((letter == '.' || letter == '\'') && (result.empty() || result.back() == '\n')) {
      result.append("\\&").append(1, letter);
    } else {
      result += letter;
    }
  }
  return result;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }

/// `-o, --output FILE`, with the help below it.
std::string option_entry(const Option& option) {
  std::string text = ".TP\n";
  const size_t comma = option.names().find(',');
  if (comma != std::string::npos) text += bold(option.names().substr(0, comma)) + ", ";
  text += option.positional() ? "\\fI" + plain(option.names()) + "\\fR" : bold(option.long_name());
  if (!option.positional() && !option.type_text().empty()) text += " \\fI" + plain(option.type_text()) + "\\fR";
  text += "\n" + plain(option.help());
  if (!option.shown_default().empty()) text += " [" + plain(option.shown_default()) + "]";
  return text + "\n";
}

std::vector<std::string> headings(const OptionTable& table) {
  std::vector<std::string> result;
  for (const Option& option : table.options()) {
    if (std::ranges::find(result, option.heading()) == result.end()) result.push_back(option.heading());
  }
  return result;
}

/// All options of the main job, below their headings.
std::string option_sections(const OptionTable& table) {
  std::string text;
  for (const std::string& heading : headings(table)) {
    text += ".SS " + plain(heading) + "\n";
    for (const Option& option : table.options()) {
      if (option.heading() == heading) text += option_entry(option);
    }
  }
  return text;
}

std::string synopsis(std::string_view usage) {
  std::istringstream lines{std::string(usage)};
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const size_t start = line.find_first_not_of(' ');
    text += (text.empty() ? "" : ".br\n") + plain(line.substr(start)) + "\n";
  }
  return text;
}

/// A command: what is its own in full, what it has in common with the main job by name.
std::string section(const DescribedCommand& command, const OptionTable& of_main_job) {
  std::string text = ".SS " + plain("styler " + command.full_name()) + "\n" + plain(command.info.does) + ".\n.PP\n" +
                     synopsis(command.info.usage);
  std::string common;
  for (const Option& option : command.table->options()) {
    const Option* const same = of_main_job.find(option.key());
    if (same != nullptr && same->help() == option.help()) {
      common.append(common.empty() ? "" : ", ").append(bold(option.long_name()));
    } else {
      text += option_entry(option);
    }
  }
  if (!common.empty()) text += ".PP\nAs the main job has them: " + common + ".\n";
  return text;
}

}  // namespace

std::string ManOptions::answer(const CommandTree& all) const {
  const DescribedCommand& main_job = all.front();
  std::string page = ".TH STYLER 1 \"\" \"styler " + program_version() +
                     "\" \"User Commands\"\n"
                     ".SH NAME\nstyler \\- give a photo the style of a painting\n"
                     ".SH SYNOPSIS\n" +
                     synopsis(main_job.info.usage) + ".SH DESCRIPTION\n" + plain(main_job.info.does) +
                     ". The methods are those of Gatys, Ecker and Bethge: features of VGG19, content and style losses, "
                     "L\\-BFGS from coarse to fine.\n"
                     ".SH OPTIONS\n" +
                     option_sections(*main_job.table) + ".SH COMMANDS\n";
  for (const DescribedCommand& command : all) {
    if (command.info.name != main_job.info.name) page += section(command, *main_job.table);
  }
  page +=
      ".SH EXIT STATUS\n"
      ".TP\n0\ndone\n"
      ".TP\n1\nsomething is wrong with a file or the machine; one sentence says what\n"
      ".TP\n2\nsomething is wrong with the command line\n"
      ".TP\n70\nsomething is wrong with this program; please report it\n"
      ".TP\n130\ninterrupted; the best picture so far is saved\n"
      ".SH ENVIRONMENT\n"
      ".TP\n\\fBSTYLER_WEIGHTS\\fR\nVGG19 weights to use, where \\fB\\-\\-weights\\fR names none.\n"
      ".TP\n\\fBOMP_NUM_THREADS\\fR\nThreads to use, where \\fB\\-\\-threads\\fR says none.\n"
      ".SH EXAMPLES\n"
      ".nf\nstyler \\-\\-content photo.jpg \\-\\-style art.jpg \\-o out.png\n"
      "styler batch \\-\\-content photos/ \\-\\-style paintings/ \\-o out/ \\-\\-gallery out/index.html\n.fi\n";
  return page;
}

}  // namespace styler::app
