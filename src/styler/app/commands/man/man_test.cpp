#include "styler/app/commands/command_line.hpp"
#include "styler/app/commands/man/options.hpp"
#include "support/catch.hpp"

namespace styler::app {

TEST_CASE("the manual page has every command, and options of one's own in full", "[man]") {
  const std::string page = std::get<Answer>(parse({"man"})).text;
  for (const char* const part :
       {".TH STYLER 1", "\\fB\\-\\-content\\fR \\fIFILE\\fR", "styler batch", "\\-\\-vary", "styler weights install",
        "EXIT STATUS", "style. The methods", "As the main job has them"}) {
    CHECK_THAT(page, support::contains(part));
  }
  CHECK(page.find("\n'") == std::string::npos);  // a line that troff would take for a command of its own
}

}  // namespace styler::app
