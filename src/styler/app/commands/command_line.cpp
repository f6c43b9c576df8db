#include "styler/app/commands/command_line.hpp"

#include <memory>
#include <utility>

#include "styler/app/cli/command_parser.hpp"
#include "styler/base/error.hpp"

namespace styler::app {
namespace {

/// A command that may turn out to be asked for.
class Candidate {
 public:
  virtual ~Candidate() = default;
  virtual const CommandInfo& info() const = 0;
  /// Of what was asked for, when the values are taken.
  virtual Request request(const std::vector<std::string>& arguments, const CommandTree& all) = 0;

  OptionTable table;
};

template <typename Options>
class CandidateOf final : public Candidate {
 public:
  CandidateOf() { options_.describe(table); }

  const CommandInfo& info() const override { return Options::kCommand; }

  Request request(const std::vector<std::string>& arguments, const CommandTree& all) override {
    if constexpr (requires { options_.settle(table, arguments); }) options_.settle(table, arguments);
    const std::vector<std::string> idle = table.idle_sentences();
    if (!idle.empty()) reject(idle.front());
    if constexpr (requires { options_.answer(all); }) {
      options_.validate();
      return Answer{options_.answer(all)};
    } else {
      return std::move(options_);
    }
  }

 private:
  Options options_;
};

template <typename... Options>
std::vector<std::unique_ptr<Candidate>> candidates(CommandTypes<Options...> /*all*/) {
  std::vector<std::unique_ptr<Candidate>> result;
  (result.push_back(std::make_unique<CandidateOf<Options>>()), ...);
  return result;
}

}  // namespace

Request parse(const std::vector<std::string>& arguments) {
  const std::vector<std::unique_ptr<Candidate>> commands = candidates(AllCommands{});
  CommandParser parser;
  for (const auto& command : commands) parser.add(command->info(), command->table);
  const CommandParser::Parsed parsed = parser.parse(arguments);
  if (parsed.answer) return Answer{*parsed.answer};
  return commands[parsed.command]->request(arguments, parser.tree());
}

void validate(const Request& request) {
  const auto check = [](const auto& options) {
    if constexpr (requires { options.validate(); }) options.validate();
  };
  std::visit(check, request);
}

}  // namespace styler::app
