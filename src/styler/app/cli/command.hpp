#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "styler/app/cli/option_table.hpp"

namespace styler::app {

/// Commands that stand below another word, as `install` below `weights`.
struct CommandGroup {
  std::string_view name;
  std::string_view usage;
  std::string_view does;
};

/// What is said of a command beside its options.
struct CommandInfo {
  std::string_view name;   ///< Empty: what the program does without a command.
  std::string_view usage;  ///< `styler show PICTURE [options]`; several lines for several ways.
  std::string_view does;   ///< A sentence without its full stop.
  bool takes_config = false;
  const CommandGroup* group = nullptr;
};

/// An option that is answered by what is known of options, and so bound to no field.
struct AnswerOption {
  std::string_view name;
  std::string_view help;
};
inline constexpr AnswerOption kBriefHelp{"-h", "Print the options that most people need and end"};
inline constexpr AnswerOption kHelp{"--help", "Print all options and end"};
/// Of the program as a whole, without a command.
inline constexpr AnswerOption kVersion{"--version", "Print the versions of this program and its libraries and end"};

/// The structs of a folder's commands. Each such struct is default-constructible and has
///
/// - `static constexpr CommandInfo kCommand`;
/// - `void describe(OptionTable& table)`: its options, bound to its fields;
/// - `void validate() const`: checks every value and what they say together, with neither files nor a device;
///
/// and, where it needs them,
///
/// - `void settle(const OptionTable& table, const std::vector<std::string>& arguments)`: what follows from which
/// options
///   were given, when all values are taken; `arguments` are those of the command line, the command's word included;
/// - `std::string answer(const CommandTree& all) const`: the text to print, for a command that computes nothing and
///   does without the engine. All others have `int run(const X& options)`, in the engine.
template <typename... Options>
struct CommandTypes {
  template <typename... Front>
  using Variant = std::variant<Front..., Options...>;
};

/// The commands of several folders.
template <typename... Lists>
struct JoinedTypes;
template <typename... A>
struct JoinedTypes<CommandTypes<A...>> {
  using Type = CommandTypes<A...>;
};
template <typename... A, typename... B, typename... Rest>
struct JoinedTypes<CommandTypes<A...>, CommandTypes<B...>, Rest...> {
  using Type = typename JoinedTypes<CommandTypes<A..., B...>, Rest...>::Type;
};

/// A command with its options, for those who tell of all there are: completions and the man page.
struct DescribedCommand {
  CommandInfo info;
  const OptionTable* table = nullptr;

  /// `weights install`
  std::string full_name() const {
    std::string text = info.group != nullptr ? std::string(info.group->name) + " " : "";
    return text.append(info.name);
  }
};
using CommandTree = std::vector<DescribedCommand>;

}  // namespace styler::app
