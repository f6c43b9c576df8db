#include "styler/app/session/progress_line.hpp"

#include <sstream>

#include "support/catch.hpp"

namespace styler::app {
namespace {

/// What is shown of a work of three parts with twenty steps each, `seconds` apart.
std::string shown_line(bool terminal, double seconds) {
  double clock = 0;
  std::ostringstream out;
  Console console(out, terminal, 80);
  ProgressLine line(console, [&clock] { return clock; });
  for (const char* part : {"a", "b", "c"}) {
    line.begin_part();
    for (int step = 1; step <= 20; ++step) {
      clock += seconds;
      line.update(part + std::to_string(step));
    }
    line.end_part();
  }
  return out.str();
}

}  // namespace

TEST_CASE("elsewhere than on a terminal a fast work tells of its first step and the ends of its parts",
          "[progress_line]") {
  CHECK(shown_line(/*terminal=*/false, 0.01) == "a1\na20\nb20\nc20\n");
}

TEST_CASE("elsewhere than on a terminal a slow work tells of a step in ten seconds", "[progress_line]") {
  CHECK(shown_line(/*terminal=*/false, 5) ==
        "a1\na3\na5\na7\na9\na11\na13\na15\na17\na19\na20\n"
        "b1\nb3\nb5\nb7\nb9\nb11\nb13\nb15\nb17\nb19\nb20\n"
        "c1\nc3\nc5\nc7\nc9\nc11\nc13\nc15\nc17\nc19\nc20\n");
}

TEST_CASE("on a terminal a line is rewritten ten times a second, and ends with the last step", "[progress_line]") {
  const std::string text = shown_line(/*terminal=*/true, 0.05);
  CHECK(text.find('\n') == std::string::npos);
  CHECK_THAT(text, support::contains("a1") && support::contains("c20"));
  CHECK(text.find("a2\r") == std::string::npos);  // 0.05 s after the first
  CHECK_THAT(text, support::contains("a3\r"));
}

TEST_CASE("a part without steps has no line", "[progress_line]") {
  std::ostringstream out;
  Console console(out, /*terminal=*/false, 80);
  ProgressLine line(console, [] { return 0.0; });
  line.end_part();
  line.begin_part();
  line.end_part();
  CHECK(out.str().empty());
}

}  // namespace styler::app
