#include "styler/app/session/console.hpp"

#include <sstream>

#include "support/catch.hpp"

namespace styler::app {

TEST_CASE("a status line is erased before a line that stays", "[console]") {
  std::ostringstream out;
  Console console(out, /*terminal=*/true, /*columns=*/80);
  console.status("at work");
  console.line("a word in between");
  CHECK(out.str() == "\r\x1b[Kat work\r\x1b[Ka word in between\n");
}

TEST_CASE("a status line is not cut in the middle of a letter", "[console]") {
  std::ostringstream out;
  Console console(out, /*terminal=*/true, /*columns=*/5);
  console.status("abc\u00d7d");  // the letter is two bytes, of which one would fit
  CHECK(out.str() == "\r\x1b[Kabc");
}

TEST_CASE("a status line is shorter than the terminal is wide and gone at the end", "[console]") {
  std::ostringstream out;
  {
    Console console(out, /*terminal=*/true, /*columns=*/10);
    console.status("0123456789abc");
  }
  CHECK(out.str() == "\r\x1b[K012345678\r\x1b[K");
}

TEST_CASE("where there is no terminal, nothing but lines is written", "[console]") {
  std::ostringstream out;
  {
    Console console(out, /*terminal=*/false, /*columns=*/80);
    console.status("at work");
    console.line("done");
  }
  CHECK(out.str() == "done\n");
}

}  // namespace styler::app
