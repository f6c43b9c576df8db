#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"

namespace styler::app {

/// Reads a command line by the tables of the commands there are. CLI11 finds the words; what is wrong with them is told
/// in sentences of ours.
class CommandParser {
 public:
  CommandParser();

  /// Adds a command, or what the program does without one, which comes first. `table` must outlive the parser, and
  /// gets --config where the command takes one.
  void add(const CommandInfo& info, OptionTable& table);

  /// What a command line asks for.
  struct Parsed {
    std::optional<std::string> answer;  ///< --help and its like: nothing to do but to print this on stdout.
    size_t command = 0;                 ///< In the order in which commands were added.
  };
  /// Has the values taken of the command that is asked for, in its table's order, those of a config file too, and the
  /// table told which were given.
  /// \param arguments  without the program's name.
  /// \throws Error{InvalidArgument} for anything that does not belong, with the nearest name that does.
  Parsed parse(const std::vector<std::string>& arguments);

  /// Everything that was added.
  CommandTree tree() const;

 private:
  struct Bound {
    CommandInfo info;
    OptionTable* table;
    CLI::App* app;
    const Option* config;  ///< The one that names a config file; nullptr where there is none.
  };
  CLI::App& parent_of(const CommandInfo& info);
  /// The command that was given; nullptr for a group alone.
  const Bound* chosen() const;
  void check_leftovers() const;
  void check_place_of_options() const;
  [[noreturn]] void reject_parse_error(const CLI::ParseError& error) const;

  std::unique_ptr<CLI::App> root_;
  CLI::Option* version_;
  std::deque<Bound> commands_;
  std::filesystem::path config_;
};

}  // namespace styler::app
