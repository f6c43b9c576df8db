#include "styler/app/cli/command_parser.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "styler/app/cli/config_file.hpp"
#include "styler/app/cli/help_formatter.hpp"
#include "styler/base/error.hpp"
#include "styler/base/version.hpp"
#include "styler/base/words.hpp"

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
  app.set_help_flag("-h", "Print the options that most people need and end")->group(kHelpHeading)->configurable(false);
  app.set_help_all_flag("--help", "Print all options and end")->group(kHelpHeading)->configurable(false);
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

CLI::Option* added(CLI::App& app, const Option& option) {
  using Kind = Option::Kind;
  switch (option.kind()) {
    case Kind::Flag:
    case Kind::Counter:
      return app.add_flag_function(
          option.names(), [&option](int64_t count) { option.take_count(count); }, option.help());
    case Kind::Words:
    case Kind::List:
    case Kind::Repeated: {
      CLI::Option* const many = app.add_option_function<std::vector<std::string>>(
          option.names(), [&option](const std::vector<std::string>& words) { option.take(words); }, option.help());
      if (option.kind() == Kind::List) many->delimiter(',');
      if (option.kind() == Kind::Repeated) many->allow_extra_args(false);
      return many;
    }
    case Kind::Value:
    case Kind::Numbers:
      break;
  }
  return app
      .add_option_function<std::string>(
          option.names(), [&option](const std::string& word) { option.take({word}); }, option.help())
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void bind(CLI::App& app, const OptionTable& table) {
  for (const Option& option : table.options()) {
    added(app, option)
        ->group(option.heading())
        ->type_name(option.type_text())
        ->default_str(option.shown_default())
        ->configurable(option.configurable());
  }
}

/// Takes the given values once more in the table's order, so that a preset never undoes what was given beside it: CLI11
/// takes the values of the command line in their own order.
void take_in_order(CLI::App& app, OptionTable& table) {
  for (Option& option : table.options()) {
    CLI::Option* const bound = app.get_option(option.positional() ? option.names() : option.long_name());
    option.set_given(bound->count() > 0);
    if (option.given()) bound->run_callback();
  }
}

}  // namespace

CommandParser::CommandParser() : root_(std::make_unique<CLI::App>("", "styler")) {
  set_up(*root_);
  root_->set_version_flag("--version", version_text, "Print the versions of this program and its libraries and end")
      ->group(kHelpHeading)
      ->configurable(false);
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
  if (info.takes_config) {
    table.heading("Records and messages");
    table.path("--config", config_, "Read options from this TOML file; those of the command line win")
        .on_command_line_only();
  }
  bind(*app, table);
  if (is_root) app->footer(kFooter);
  commands_.push_back({info, &table, app});
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
  try {
    root_->parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForAllHelp&) {
    return {innermost(*root_).help(), 0};
  } catch (const CLI::CallForHelp&) {
    const CLI::App& app = innermost(*root_);
    const Bound* const command = chosen();
    return {command == nullptr ? app.help() : brief_help(command->info, *command->table, command_names(app)), 0};
  } catch (const CLI::CallForVersion&) {
    return {version_text() + "\n", 0};
  } catch (const CLI::ParseError& error) {
    reject_parse_error(error);
  } catch (const std::invalid_argument&) {  // CLI11 2.1 lets std::stoll speak for itself
    reject("flags such as --quiet take no value but true and false; leave it out");
  }
  check_leftovers();
  const Bound* const command = chosen();
  if (command == nullptr) {
    const CLI::App& group = innermost(*root_);
    reject(group.get_name() + " needs a command: " + enumeration(command_names(group)));
  }
  check_place_of_options();
  if (!config_.empty()) apply_config(*command->app, *command->table, config_);
  take_in_order(*command->app, *command->table);
  const auto place = std::ranges::find(commands_, command->app, &Bound::app);
  return {std::nullopt, static_cast<size_t>(place - commands_.begin())};
}

CommandTree CommandParser::tree() const {
  CommandTree tree;
  for (const Bound& command : commands_) tree.push_back({command.info, command.table});
  return tree;
}

}  // namespace styler::app
