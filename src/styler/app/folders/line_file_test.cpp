#include "styler/app/folders/line_file.hpp"

#include <fstream>
#include <sstream>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {

TEST_CASE("lines are added to a report, after one that was cut off too", "[line_file]") {
  const support::TempFolder folder;
  const auto file = folder.put("jobs.jsonl", "{\"status\":1}\n{\"b\"");
  LineFile(file).add("{\"c\":3}");
  LineFile(file).add("{\"d\":4}");
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  CHECK(text.str() == "{\"status\":1}\n{\"b\"\n{\"c\":3}\n{\"d\":4}\n");
}

TEST_CASE("a file that is no report stays as it is", "[line_file]") {
  const support::TempFolder folder;
  CHECK_THROWS_AS(LineFile(folder.put("photo.png", "\x89PNG")), Error);
  CHECK_THROWS_AS(LineFile(folder.path()), Error);
  CHECK_THROWS_AS(LineFile(folder / "none" / "jobs.jsonl"), Error);
  CHECK(std::filesystem::file_size(folder / "photo.png") == 4);
  const std::string package = "{\n  \"name\": \"gallery\",\n  \"status\": \"private\"\n}\n";
  CHECK_THROWS_AS(LineFile(folder.put("package.json", package)), Error);
  CHECK_THROWS_AS(LineFile(folder.put("one_line.json", "{\"name\":\"x\"}\n")), Error);
  CHECK(std::filesystem::file_size(folder / "package.json") == package.size());
}

}  // namespace styler::app
