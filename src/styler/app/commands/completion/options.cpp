#include "styler/app/commands/completion/options.hpp"

#include <algorithm>
#include <string_view>

#include "styler/base/error.hpp"
#include "styler/base/text/words.hpp"

namespace styler::app {
namespace {

using Completes = Option::Completes;

bool takes_value(const Option& option) { return !option.is_flag(); }

/// `-o`, or empty.
std::string short_name(const Option& option) {
  const size_t comma = option.names().find(',');
  return comma == std::string::npos ? "" : option.names().substr(0, comma);
}

/// One line of help: what stands before the first semicolon or colon.
std::string summary(const Option& option) {
  return option.brief_help().empty() ? option.help().substr(0, option.help().find_first_of(";:")) : option.brief_help();
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (size_t i = text.find(what); i != std::string::npos; i = text.find(what, i + with.size())) {
    text.replace(i, what.size(), with);
  }
  return text;
}

/// Within single quotes of a shell.
std::string in_quotes(const std::string& text) { return replaced(text, "'", "'\\''"); }

/// What every command answers by itself, and the program without one.
std::vector<AnswerOption> answers(const DescribedCommand& command) {
  if (command.info.name.empty()) return {kBriefHelp, kHelp, kVersion};
  return {kBriefHelp, kHelp};
}

/// What may stand first: `batch`, `weights`; or second behind `first`.
std::vector<std::string> words_at(const CommandTree& all, const std::string& first) {
  std::vector<std::string> words;
  for (const DescribedCommand& command : all) {
    const std::string group(command.info.group != nullptr ? command.info.group->name : "");
    const std::string word = first.empty() && !group.empty() ? group : std::string(command.info.name);
    const bool here = first.empty() || group == first;
    if (here && !word.empty() && std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
  return words;
}

std::vector<std::string> groups(const CommandTree& all) {
  std::vector<std::string> names;
  for (const DescribedCommand& command : all) {
    if (command.info.group == nullptr) continue;
    const std::string name(command.info.group->name);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

bool is_group(const CommandTree& all, const std::string& word) {
  const std::vector<std::string> names = groups(all);
  return std::ranges::find(names, word) != names.end();
}

/// The words that a positional of the command may be.
std::string positional_words(const OptionTable& table) {
  for (const Option& option : table.options()) {
    if (option.positional() && !option.words().empty()) return joined(option.words(), " ");
  }
  return {};
}

std::string bash_command(const DescribedCommand& command) {
  std::string options;
  for (const AnswerOption& answer : answers(command)) {
    options.append(options.empty() ? "" : " ").append(answer.name);
  }
  std::string cases;
  for (const Option& option : command.table->options()) {
    if (option.positional()) continue;
    const std::string name = short_name(option);
    options.append(" ").append(option.long_name());
    if (!name.empty()) options.append(" ").append(name);
    if (!takes_value(option)) continue;
    const std::string pattern = (name.empty() ? "" : name + "|") + option.long_name();
    switch (option.completion()) {
      case Completes::Words:
        cases.append("        ")
            .append(pattern)
            .append(") words='")
            .append(joined(option.words(), " "))
            .append("' ;;\n");
        break;
      case Completes::Files:
        cases.append("        ").append(pattern).append(") files=f ;;\n");
        break;
      case Completes::Folders:
        cases.append("        ").append(pattern).append(") files=d ;;\n");
        break;
      case Completes::Nothing:
        cases.append("        ").append(pattern).append(") return ;;\n");
        break;
    }
  }
  return "    '" + command.full_name() + "')\n      options='" + options + "'\n      positional='" +
         positional_words(*command.table) + "'\n      case $previous in\n" + cases + "      esac\n      ;;\n";
}

/// `[...]`, `:` and quotes mean something in a specification of zsh's _arguments.
std::string zsh_text(const std::string& text) {
  return in_quotes(replaced(replaced(replaced(text, "[", "\\["), "]", "\\]"), ":", "\\:"));
}

std::string zsh_action(const Option& option) {
  switch (option.completion()) {
    case Completes::Words:
      return "(" + joined(option.words(), " ") + ")";
    case Completes::Files:
      return "_files";
    case Completes::Folders:
      return "_files -/";
    case Completes::Nothing:
      break;
  }
  return " ";
}

std::string zsh_option(const Option& option) {
  const std::string value = takes_value(option) ? ":" + zsh_text(option.type_text()) + ":" + zsh_action(option) : "";
  if (option.positional()) return "'1" + (value.empty() ? std::string("::") : value) + "'";
  const std::string help = "[" + zsh_text(summary(option)) + "]";
  const std::string equals = takes_value(option) ? "=" : "";
  std::string text = "'*" + option.long_name() + equals + help + value + "'";
  if (const std::string name = short_name(option); !name.empty()) text += " '*" + name + help + value + "'";
  return text;
}

std::string fish_answer(const std::string& condition, const AnswerOption& answer) {
  const std::string_view letters = answer.name.substr(answer.name.find_first_not_of('-'));
  return "complete -c styler -n '" + condition + "' -" + (letters.size() == 1 ? "s " : "l ") + std::string(letters) +
         " -d '" + std::string(answer.help) + "'\n";
}

std::string fish_option(const std::string& condition, const Option& option) {
  std::string line = "complete -c styler -n '" + condition + "'";
  if (option.positional()) {
    return option.words().empty() ? line + " -F\n" : line + " -f -a '" + joined(option.words(), " ") + "'\n";
  }
  line += " -l " + option.key();
  if (const std::string name = short_name(option); !name.empty()) line += " -s " + name.substr(1);
  if (takes_value(option)) {
    line += " -r";
    if (option.completion() == Completes::Words) line += " -f -a '" + joined(option.words(), " ") + "'";
    if (option.completion() == Completes::Files) line += " -F";
    if (option.completion() == Completes::Folders) line += " -f -a '(__fish_complete_directories)'";
    if (option.completion() == Completes::Nothing) line += " -f";
  }
  return line + " -d '" + replaced(summary(option), "'", "\\'") + "'\n";
}

}  // namespace

void CompletionOptions::describe(OptionTable& table) {
  table.choice("shell", shell, kShells, "Shell to complete for").default_text("");
}

void CompletionOptions::settle(const OptionTable& table, const std::vector<std::string>& /*arguments*/) const {
  if (!table.of(shell).given()) reject("completion needs a shell: styler completion " + enumeration(kShells.words()));
}

std::string CompletionOptions::answer(const CommandTree& all) const {
  switch (shell) {
    case Shell::Bash:
      return bash_completion(all);
    case Shell::Zsh:
      return zsh_completion(all);
    case Shell::Fish:
      break;
  }
  return fish_completion(all);
}

std::string bash_completion(const CommandTree& all) {
  std::string script =
      "# Completion of styler's command lines in bash; `styler completion bash` prints it.\n"
      "_styler() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  local command= options= positional= words= files=\n"
      "  # bash takes --name=value apart.\n"
      "  if [[ $current == '=' ]]; then\n"
      "    current=\n"
      "  elif [[ $previous == '=' ]]; then\n"
      "    previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
      "  fi\n"
      "  if ((COMP_CWORD > 1)); then\n"
      "    case ${COMP_WORDS[1]} in\n";
  for (const std::string& word : words_at(all, "")) {
    script.append("      ").append(word).append(") command=").append(word).append(" ;;\n");
  }
  script += "    esac\n  fi\n";
  for (const std::string& group : groups(all)) {
    script +=
        "  if [[ $command == " + group + " ]]; then\n    words='" + joined(words_at(all, group), " ") +
        "'\n    if ((COMP_CWORD > 2)); then\n      command=\"$command ${COMP_WORDS[2]}\"\n      words=\n    fi\n  fi\n";
  }
  script += "  case $command in\n";
  for (const DescribedCommand& command : all) script += bash_command(command);
  script +=
      "  esac\n"
      "  if [[ -n $files ]]; then\n"
      "    compopt -o filenames 2>/dev/null\n"
      "    mapfile -t COMPREPLY < <(compgen -\"$files\" -- \"$current\")\n"
      "  elif [[ -n $words ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
      "  elif [[ $current == -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
      "  elif ((COMP_CWORD == 1)); then\n"
      "    mapfile -t COMPREPLY < <(compgen -W '" +
      joined(words_at(all, ""), " ") +
      "' -- \"$current\")\n"
      "  elif [[ -n $positional ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$positional\" -- \"$current\")\n"
      "  else\n"
      "    compopt -o filenames 2>/dev/null\n"
      "    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
      "  fi\n"
      "}\n"
      "complete -F _styler styler\n";
  return script;
}

std::string zsh_completion(const CommandTree& all) {
  std::string script =
      "#compdef styler\n"
      "# Completion of styler's command lines in zsh; `styler completion zsh` prints it.\n"
      "_styler() {\n"
      "  local command=\n"
      "  if ((CURRENT > 2)); then\n"
      "    case ${words[2]} in\n"
      "      " +
      replaced(joined(words_at(all, ""), " "), " ", "|") +
      ") command=${words[2]}; shift words; ((CURRENT--)) ;;\n"
      "    esac\n"
      "  fi\n";
  for (const std::string& group : groups(all)) {
    script += "  if [[ $command == " + group + " ]]; then\n    if ((CURRENT == 2)); then\n      compadd " +
              joined(words_at(all, group), " ") +
              "\n      return\n    fi\n    command=\"$command ${words[2]}\"; shift words; ((CURRENT--))\n  fi\n";
  }
  script += "  if [[ -z $command && CURRENT -eq 2 && $words[2] != -* ]]; then\n    compadd " +
            joined(words_at(all, ""), " ") + "\n    return\n  fi\n  case $command in\n";
  for (const DescribedCommand& command : all) {
    script += "    '" + command.full_name() + "')\n      _arguments -s :";
    for (const AnswerOption& answer : answers(command)) {
      script.append(" '(- *)").append(answer.name).append("[").append(answer.help).append("]'");
    }
    for (const Option& option : command.table->options()) script += " \\\n        " + zsh_option(option);
    script += "\n      ;;\n";
  }
  return script + "  esac\n}\n_styler \"$@\"\n";
}

std::string fish_completion(const CommandTree& all) {
  std::string script =
      "# Completion of styler's command lines in fish; `styler completion fish` prints it.\n"
      "function __styler_command\n"
      "  set -l words (commandline -opc)[2..-1]\n"
      "  test (count $words) -gt 0; or return\n"
      "  switch $words[1]\n";
  for (const std::string& word : words_at(all, "")) {
    script.append("    case ").append(word).append("\n      echo -n ").append(word).append("\n");
    if (is_group(all, word)) {
      script += "      test (count $words) -gt 1; and echo -n \" $words[2]\"\n";
    }
  }
  script += "  end\nend\ncomplete -c styler -n 'test -z \"$(__styler_command)\"' -f -a '" +
            joined(words_at(all, ""), " ") + "'\n";
  for (const std::string& group : groups(all)) {
    script += "complete -c styler -n 'test \"$(__styler_command)\" = \"" + group + "\"' -f -a '" +
              joined(words_at(all, group), " ") + "'\n";
  }
  for (const DescribedCommand& command : all) {
    const std::string condition = "test \"$(__styler_command)\" = \"" + command.full_name() + "\"";
    for (const AnswerOption& answer : answers(command)) script += fish_answer(condition, answer);
    for (const Option& option : command.table->options()) script += fish_option(condition, option);
  }
  return script;
}

}  // namespace styler::app
