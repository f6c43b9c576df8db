#include "styler/app/gallery/web_text.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "support/catch.hpp"

namespace styler::app {

TEST_CASE("base64 writes the examples of RFC 4648", "[web_text]") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64(std::string_view("\xFF\x00\xFE", 3)) == "/wD+");
}

TEST_CASE("base64 is read back, and what is none is told", "[web_text]") {
  for (const char* bytes : {"", "f", "fo", "foo", "foob", "\xFF\x01\xFE\x80"}) {
    CHECK(bytes_of_base64(base64(bytes)) == bytes);
  }
  for (const char* text : {"Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9v!m9v", "====", "Zm\nv"})
    CHECK_FALSE(bytes_of_base64(text));
}

TEST_CASE("a link leads from the page's folder to the file, whichever way both are given", "[web_text]") {
  CHECK(relative_link("out/a.png", "out/index.html") == "a.png");
  CHECK(relative_link("out/x/a.png", "out/index.html") == "x/a.png");
  CHECK(relative_link("photos/a.png", "out/pages/index.html") == "../../photos/a.png");
  CHECK(relative_link("a.png", "index.html") == "a.png");
  CHECK(relative_link("./out/../a.png", "out/index.html") == "../a.png");
  CHECK(relative_link(std::filesystem::current_path() / "a.png", "out/index.html") == "../a.png");
}

TEST_CASE("a link holds any name and is never a scheme", "[web_text]") {
  CHECK(relative_link("javascript:alert(1)", "index.html") == "javascript%3Aalert%281%29");
  CHECK(relative_link("100% #1?.png", "index.html") == "100%25%20%231%3F.png");
  CHECK(relative_link("\xE7\xB5\xB5 \xFF\".png", "index.html") == "%E7%B5%B5%20%FF%22.png");
}

TEST_CASE("JSON for a script cannot end it and reads back the same", "[web_text]") {
  const nlohmann::ordered_json data = {{"</script><!--", "\"'\\ & \xE2\x80\xA8 \xE7\xB5\xB5"}};
  const std::string text = json_for_script(data);
  CHECK(text.find('<') == std::string::npos);
  CHECK(std::all_of(text.begin(), text.end(), [](char letter) { return letter >= ' ' && letter <= '~'; }));
  CHECK((nlohmann::ordered_json::parse(text) == data));
}

TEST_CASE("JSON for a script has replacement characters for what is no UTF-8", "[web_text]") {
  CHECK(json_for_script("a\xFFz") == "\"a\\ufffdz\"");
}

}  // namespace styler::app
