#include "styler/app/cli/command_parser.hpp"

#include <algorithm>
#include <utility>

#include "styler/app/cli/config_file.hpp"
#include "styler/app/cli/help_formatter.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/words.hpp"
#include "styler/base/version.hpp"

namespace styler::app {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done, 1 something is wrong with a file or the machine, 2 with the command line,\n"
    "70 with this program; 130 interrupted, with the best picture so far saved.";

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// The subcommand that was given, innermost first in depth; `app` itself when there is none.
const CLI::App& innermost(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : innermost(*commands.front());
}

void set_up(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag(std::string(kBriefHelp.name), std::string(kBriefHelp.help))->group(kHelpHeading);
  app.set_help_all_flag(std::string(kHelp.name), std::string(kHelp.help))->group(kHelpHeading);
  app.allow_extras();  // so that leftovers can be named by us, see check_leftovers
  app.require_subcommand(0, 1);
}

/// `--size` and its like; short names are too short for a guess.
std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// More words than a system hands a program. Beyond a limit of its own CLI11 would take apart words in brackets.
constexpr int kMostWords = 1 << 20;

/// CLI11 finds an option's words and leaves them alone: what they mean, the table knows.
CLI::Option* added(CLI::App& app, const Option& option) {
  using Kind = Option::Kind;
  const std::string& help = option.help();
  CLI::Option* const bound =
      option.is_flag() ? app.add_flag(option.names(), help) : app.add_option(option.names(), CLI::callback_t(), help);
  if (option.kind() == Kind::Words || option.kind() == Kind::List) bound->expected(1, kMostWords);
  return bound->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void bind(CLI::App& app, const OptionTable& table) {
  for (const Option& option : table.options()) {
    added(app, option)->group(option.heading())->type_name(option.type_text())->default_str(option.shown_default());
  }
}

CLI::Option& bound_to(CLI::App& app, const Option& option) {
  return *app.get_option(option.positional() ? option.names() : option.long_name());
}

/// The words that the command line has for an option; where several were given and one belongs, the last.
std::vector<std::string> words_given(CLI::App& app, const Option& option) {
  const std::vector<std::string>& words = bound_to(app, option).results();
  const bool one = option.kind() == Option::Kind::Value || option.kind() == Option::Kind::Numbers;
  return one && !words.empty() ? std::vector{words.back()} : words;
}

/// Takes the given values in the table's order, so that a preset never undoes what was given beside it. Those of the
/// command line win.
void take_in_order(CLI::App& app, OptionTable& table, const ConfigWords& configured) {
  for (Option& option : table.options()) {
    std::vector<std::string> words = words_given(app, option);
    if (const auto in_file = configured.find(option.key()); words.empty() && in_file != configured.end()) {
      words = in_file->second;
    }
    option.set_given(!words.empty());
    if (option.given()) option.take(words);
  }
}

/// What is amiss however the rest reads: an option where another's value should stand, whose own value is left over
/// then; and `{}`, which CLI11 takes for a flag's usual value.
void check_words(CLI::App& app, const OptionTable& table, const std::vector<std::string>& arguments) {
  for (const Option& option : table.options()) {
    const std::vector<std::string> words = words_given(app, option);
    const bool names_option =
        std::ranges::any_of(words, [](const std::string& word) { return word.starts_with("--"); });
    if (names_option) option.take(words);
    if (option.is_flag() && std::ranges::count(arguments, option.long_name() + "={}") > 0) option.take({"{}"});
  }
}

/// CLI11 would take the word behind `--name=` for its value.
void check_values(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") return;
    if (argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      reject(argument.substr(0, argument.size() - 1) + " needs a value after its =");
    }
  }
}

}  // namespace

CommandParser::CommandParser() : root_(std::make_unique<CLI::App>("", "styler")) {
  set_up(*root_);
  const std::string help(kVersion.help);
  version_ = root_->add_flag(std::string(kVersion.name), help)->group(kHelpHeading);
}

CLI::App& CommandParser::parent_of(const CommandInfo& info) {
  if (info.group == nullptr) return *root_;
  const std::string name(info.group->name);
  for (CLI::App* const there : root_->get_subcommands([&](const CLI::App* app) { return app->get_name() == name; })) {
    return *there;
  }
  CLI::App* const group = root_->add_subcommand(name, described(info.group->usage, info.group->does));
  set_up(*group);
  return *group;
}

void CommandParser::add(const CommandInfo& info, OptionTable& table) {
  const bool is_root = info.name.empty();
  const std::string description = described(info.usage, info.does);
  CLI::App* app = root_.get();
  if (is_root) {
    app->description(description);
  } else {
    app = parent_of(info).add_subcommand(std::string(info.name), description);
    set_up(*app);
  }
  const Option* config = nullptr;
  if (info.takes_config) {
    table.heading("Records and messages");
    config = &table.path("--config", config_, "Read options from this TOML file; those of the command line win")
                  .on_command_line_only();
  }
  bind(*app, table);
  if (is_root) app->footer(kFooter);
  commands_.push_back({info, &table, app, config});
}

const CommandParser::Bound* CommandParser::chosen() const {
  const CLI::App& app = innermost(*root_);
  const auto command = std::ranges::find(commands_, &app, &Bound::app);
  return command == commands_.end() ? nullptr : &*command;
}

/// Names the first argument that nothing wanted.
void CommandParser::check_leftovers() const {
  const CLI::App& app = innermost(*root_);
  const std::vector<std::string> left = root_->remaining(true);
  if (left.empty()) return;
  const auto option = std::ranges::find_if(left, [](const std::string& word) { return word.starts_with('-'); });
  if (option != left.end()) {
    const std::string name = option->substr(0, option->find('='));
    if (const Bound* const command = chosen()) {
      const auto& refused = command->table->refused();
      const auto found = std::ranges::find(refused, name, &std::pair<std::string, std::string>::first);
      if (found != refused.end()) reject(name + " is not for " + found->second);
    }
    const std::string stem = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    const std::string guess = did_you_mean("--" + stem, long_names(app));
    reject(name + " is no option" + (guess.empty() ? "; see --help for those there are" : guess));
  }
  const std::string guess = did_you_mean(left.front(), command_names(app));
  if (!guess.empty()) reject("'" + left.front() + "' is no command" + guess);
  reject("'" + left.front() + "' belongs to no option" +
         (&app == root_.get() ? "; name the pictures with --content, --style and --output" : "; see --help"));
}

/// Options of the main job before a command would do nothing.
void CommandParser::check_place_of_options() const {
  if (root_->get_subcommands().empty()) return;
  for (const CLI::Option* option : root_->get_options()) {
    if (option->count() == 0) continue;
    const std::string command = root_->get_subcommands().front()->get_name();
    reject(option->get_name() + " stands before the command " + command +
           ", which does not see it there; put it after the command, if it takes it");
  }
}

/// CLI11's remaining complaints in our words; the most common is an option at the end without its value.
void CommandParser::reject_parse_error(const CLI::ParseError& error) const {
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string message = error.what();
    std::string name;  // the longest one that is mentioned: --style is part of --style-weight
    for (const CLI::App* app : {static_cast<const CLI::App*>(root_.get()), &innermost(*root_)}) {
      for (const std::string& candidate : long_names(*app)) {
        if (message.find(candidate) != std::string::npos && candidate.size() > name.size()) name = candidate;
      }
    }
    if (!name.empty()) reject(name + " needs a value after it; see --help");
  }
  reject(std::string(error.what()) + "; see --help");
}

CommandParser::Parsed CommandParser::parse(const std::vector<std::string>& arguments) {
  if (arguments.empty()) reject("nothing to do: give --content, --style and --output, or see styler --help");
  check_values(arguments);
  try {
    root_->parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForAllHelp&) {
    return {innermost(*root_).help(), 0};
  } catch (const CLI::CallForHelp&) {
    const CLI::App& app = innermost(*root_);
    const Bound* const command = chosen();
    return {command == nullptr ? app.help() : brief_help(command->info, *command->table, command_names(app)), 0};
  } catch (const CLI::ParseError& error) {
    reject_parse_error(error);
  }
  if (version_->count() > 0) {
    const std::string& word = version_->results().back();
    if (word != "true") reject(version_->get_name() + " is '" + word + "' but takes no value; leave it out");
    return {version_text() + "\n", 0};
  }
  const Bound* const command = chosen();
  if (command != nullptr) check_words(*command->app, *command->table, arguments);
  check_leftovers();
  if (command == nullptr) {
    const CLI::App& group = innermost(*root_);
    reject(group.get_name() + " needs a command: " + enumeration(command_names(group)));
  }
  check_place_of_options();
  ConfigWords configured;
  if (command->config != nullptr && bound_to(*command->app, *command->config).count() > 0) {
    command->config->take(words_given(*command->app, *command->config));
    configured = read_config(*command->table, config_);
  }
  take_in_order(*command->app, *command->table, configured);
  const auto place = std::ranges::find(commands_, command->app, &Bound::app);
  return {std::nullopt, static_cast<size_t>(place - commands_.begin())};
}

CommandTree CommandParser::tree() const {
  CommandTree tree;
  for (const Bound& command : commands_) tree.push_back({command.info, command.table});
  return tree;
}

}  // namespace styler::app
