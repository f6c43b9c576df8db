#include "styler/app/cli/command_parser.hpp"
#include "styler/app/commands/command_line.hpp"
#include "styler/app/commands/completion/options.hpp"
#include "support/catch.hpp"

namespace styler::app {
namespace {

std::string script(const std::string& shell) { return std::get<Answer>(parse({"completion", shell})).text; }

}  // namespace

TEST_CASE("each shell's script has every option, command and word", "[completion]") {
  for (const char* const shell : {"bash", "zsh", "fish"}) {
    INFO(shell);
    const std::string text = script(shell);
    const bool is_fish = std::string(shell) == "fish";
    for (const char* const name :
         {"content", "style-layers", "vary", "skip-existing", "convention", "json", "help", "version"}) {
      CHECK_THAT(text, support::contains(is_fish ? std::string("-l ") + name : std::string("--") + name));
    }
    for (const char* const word : {"batch", "install", "auto fp32 bf16", "gram gram-mean", "bash zsh fish"}) {
      CHECK_THAT(text, support::contains(word));
    }
  }
}

TEST_CASE("completion without a shell is refused with those there are", "[completion]") {
  CHECK_THROWS_WITH(parse({"completion"}), support::contains("bash, zsh or fish"));
  CHECK_THROWS_WITH(parse({"completion", "csh"}), support::contains("must be bash, zsh or fish"));
}

}  // namespace styler::app
