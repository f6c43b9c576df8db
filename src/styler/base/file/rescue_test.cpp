#include "styler/base/file/rescue.hpp"

#include <filesystem>
#include <string>

#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

TEST_CASE("what can be written where it should be is there and nowhere else", "[rescue][unit]") {
  const TempFolder folder;
  write_file_or_rescue(folder / "x.png", "picture", "the picture");
  CHECK(read_bytes(folder / "x.png") == "picture");
  CHECK(folder.names() == std::vector<std::string>{"x.png"});
}

TEST_CASE("what can't be goes beside it under a name that is free, and the sentence says where", "[rescue][unit]") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "x.png");
  write_bytes(folder / "x-rescued.png", "earlier");
  const std::string sentence =
      message_of(ErrorCode::Output, [&] { write_file_or_rescue(folder / "x.png", "picture", "the picture"); });
  CHECK_THAT(sentence, contains("is a folder") &&
                           contains("; the picture is in '" + (folder / "x-rescued-2.png").string() + "' instead"));
  CHECK(read_bytes(folder / "x-rescued-2.png") == "picture");
  CHECK(read_bytes(folder / "x-rescued.png") == "earlier");
}

TEST_CASE("a name that is too long is shortened at the end of a letter", "[rescue][unit]") {
  const TempFolder folder;
  std::string name = "x";
  for (int i = 0; i < 130; ++i) name += "\u00e9";  // two bytes each, so that the limit falls into one
  CHECK_THROWS(write_file_or_rescue(folder / (name + ".png"), "picture", "the picture"));
  const std::vector<std::string> names = folder.names();
  REQUIRE(names.size() == 1);
  CHECK(names[0] == "x" + name.substr(1, 98) + "-rescued.png");
  CHECK(read_bytes(folder / names[0]) == "picture");
}
