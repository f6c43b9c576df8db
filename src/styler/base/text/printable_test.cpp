#include "styler/base/text/printable.hpp"

#include <string>

#include "support/catch.hpp"

namespace styler {

TEST_CASE("what a terminal shows stays as it is", "[printable]") {
  for (const char* text : {"", "plain", "two words's \\ \"quotes\"", "Z\u00fcrich \u00d7 \u96ea \U0001F3A8"}) {
    CHECK(printable(text) == text);
    CHECK(is_utf8(text));
  }
}

TEST_CASE("what a terminal would obey is spelt out", "[printable]") {
  CHECK(printable("a\x1b[31m") == "a\\x1b[31m");
  CHECK(printable("a\nb\tc\rd\x7f") == "a\\nb\\tc\\rd\\x7f");
  CHECK(printable("\u009b31m") == "\\u009b31m");  // as UTF-8, a CSI to some terminals
  CHECK(printable("evil\u202egnp.exe") == "evil\\u202egnp.exe");
  CHECK(printable("\u2028") == "\\u2028");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("bytes that are no UTF-8 are spelt out", "[printable]") {
  CHECK(printable("\x9b"
                  "31m") == "\\x9b31m");
  CHECK(printable("a\xff") == "a\\xff");
  CHECK(printable("\xc3") == "\\xc3");                    // cut off
  CHECK(printable("\xc0\x9b") == "\\xc0\\x9b");           // written too long
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half of a pair of UTF-16
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
  CHECK_FALSE(is_utf8("\xf5"));
}

TEST_CASE("nothing that is printable holds a byte that a terminal obeys", "[printable]") {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every.append(1, static_cast<char>(byte)).append("\x80\xc2");
  const std::string shown = printable(every);
  CHECK(is_utf8(shown));
  CHECK(printable(shown) == shown);
}

}  // namespace styler
