#include "styler/app/cli/help_formatter.hpp"

#include <sstream>

#include "styler/app/commands/command_line.hpp"
#include "support/catch.hpp"

namespace styler::app {

TEST_CASE("wrapped breaks between words and keeps to the width", "[help]") {
  CHECK(wrapped("one two three", 7, 0) == "one two\nthree");
  CHECK(wrapped("one two three", 10, 4) == "one\n    two\n    three");
  CHECK(wrapped("unbreakable", 5, 0) == "unbreakable");
  CHECK(wrapped("", 5, 0).empty());
}

TEST_CASE("every help fits a terminal of 100 columns", "[help]") {
  const std::vector<std::vector<std::string>> commands = {
      {"--help"}, {"weights", "--help"}, {"weights", "install", "--help"}, {"weights", "import", "--help"}};
  for (const auto& arguments : commands) {
    std::istringstream lines(std::get<Answer>(parse(arguments)).text);
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK(line.size() <= 100);
    }
  }
}

TEST_CASE("what -h prints fits a screen of 80 columns and 24 lines", "[help]") {
  const std::vector<std::vector<std::string>> commands = {{}, {"batch"}, {"sweep"}, {"show"}, {"weights", "install"}};
  for (std::vector<std::string> arguments : commands) {
    arguments.emplace_back("-h");
    std::istringstream lines(std::get<Answer>(parse(arguments)).text);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      INFO(line);
      CHECK(line.size() <= 82);  // bytes: an ellipsis has three
    }
    CHECK(count <= 23);  // and the prompt
  }
  const std::string brief = std::get<Answer>(parse({"-h"})).text;
  for (const char* const name :
       {"--content", "--style", "--output", "--size", "--strength", "--memory-limit", "batch"}) {
    CHECK_THAT(brief, support::contains(name));
  }
}

TEST_CASE("the help shows the defaults of the options structs", "[help]") {
  const std::string help = std::get<Answer>(parse({"--help"})).text;
  const JobOptions defaults;
  CHECK_THAT(help, support::contains("[" + std::to_string(defaults.stylize.schedule.size) + "]"));
  CHECK_THAT(help, support::contains("[" + std::to_string(defaults.stylize.schedule.iterations) + "]"));
  CHECK_THAT(help, support::contains("[" + layers_text(defaults.stylize.objective.style_layers) + "]"));
}

}  // namespace styler::app
