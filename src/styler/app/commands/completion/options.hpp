#pragma once

#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"

namespace styler::app {

enum class Shell { Bash, Zsh, Fish };

inline constexpr Names<Shell, 3> kShells{{{{Shell::Bash, "bash"}, {Shell::Zsh, "zsh"}, {Shell::Fish, "fish"}}}};

/// `styler completion SHELL`
struct CompletionOptions {
  static constexpr CommandInfo kCommand{
      .name = "completion",
      .usage = "styler completion bash|zsh|fish",
      .does = "Print what lets a shell complete styler's command lines",
  };

  Shell shell = Shell::Bash;

  void describe(OptionTable& table);
  /// \throws Error{InvalidArgument} unless a shell is named.
  void settle(const OptionTable& table, const std::vector<std::string>& arguments) const;
  void validate() const {}
  std::string answer(const CommandTree& all) const;
};
using CompletionCommands = CommandTypes<CompletionOptions>;

/// A script for the shell: of each command its options, their words and where files stand.
std::string bash_completion(const CommandTree& all);
std::string zsh_completion(const CommandTree& all);
std::string fish_completion(const CommandTree& all);

}  // namespace styler::app
