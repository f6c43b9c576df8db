#include "styler/app/cli/config_file.hpp"

#include <sys/stat.h>

#include <string>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

struct ConfiguredFields {
  int64_t size = 3;
  double weight = 0.5;
  bool loud = false;
  int verbosity = 0;
  std::filesystem::path file;
  std::vector<std::filesystem::path> files;
  std::string layers = "a";
  std::string numbers = "1";
};

/// What the file `text` gives options of every kind.
class Config {
 public:
  Config() {
    const auto any = [](const std::string&) { return true; };
    table_.whole("--size", fields_.size, "How large");
    table_.decimal("--weight", fields_.weight, "How much");
    table_.flag("--loud", fields_.loud, "Say more");
    table_.counter("-v,--verbose", fields_.verbosity, "Say more");
    table_.path("--log", fields_.file, "Where to");
    table_.paths("--style", "FILE...", fields_.files, "Which");
    table_.list("--layers", "LAYER,...", [this] { return fields_.layers; }, [](const auto&) {}, "a layer", "Which");
    table_.numbers("--shares", "X,X", [this] { return fields_.numbers; }, any, "numbers", "Shares");
    table_.path("--config", fields_.file, "This").on_command_line_only();
  }

  ConfigWords words(const std::string& text) const { return read_config(table_, folder_.put("run.toml", text)); }

  std::string refusal(const std::string& text) const { return refusal_of(folder_.put("run.toml", text)); }

  std::string refusal_of(const std::filesystem::path& file) const {
    try {
      read_config(table_, file);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::InvalidArgument);
      return error.what();
    }
    return "nothing";
  }

  const support::TempFolder& folder() const { return folder_; }

 private:
  support::TempFolder folder_;
  ConfiguredFields fields_;
  OptionTable table_;
};

using support::contains;

}  // namespace

TEST_CASE("what TOML can write becomes words of the command line", "[config]") {
  const Config config;
  CHECK((config.words("size = 64\nweight = 3e4\nloud = true\nverbose = 2\nlog = 'C:\\no'\n") ==
         ConfigWords{
             {"size", {"64"}}, {"weight", {"30000"}}, {"loud", {"true"}}, {"verbose", {"2"}}, {"log", {"C:\\no"}}}));
  CHECK((config.words("style = [\n  \"a.jpg\",  # the first\n  'b #2.jpg',\n]\nlayers = ['a', 'b:0.5']\n") ==
         ConfigWords{{"style", {"a.jpg", "b #2.jpg"}}, {"layers", {"a", "b:0.5"}}}));
  CHECK((config.words("style = \"Z\\u00fcrich\\\\a \\\"b\\\".jpg\"\n") ==
         ConfigWords{{"style", {"Z\u00fcrich\\a \"b\".jpg"}}}));
  CHECK((config.words("log = \"\"\"\ntwo\\\n  words\"\"\"\n") == ConfigWords{{"log", {"twowords"}}}));
  CHECK((config.words("shares = [3, 1.5]\nsize = 0x40\n") == ConfigWords{{"shares", {"3,1.5"}}, {"size", {"64"}}}));
  CHECK(
      (config.words("\xEF\xBB\xBFsize = 1\r\n\"weight\" = 2\r\n") == ConfigWords{{"size", {"1"}}, {"weight", {"2"}}}));
}

TEST_CASE("a file of options may be empty", "[config]") {
  const Config config;
  CHECK(config.words("loud = false\nverbose = 0\n").empty());
  CHECK(config.words("").empty());
  CHECK(config.words("\n# size = 3\n").empty());
}

TEST_CASE("what is no TOML is told with line and column", "[config]") {
  const Config config;
  CHECK_THAT(config.refusal("size = 3\nlog = art.jpg\n"),
             contains("run.toml' is no TOML in line 2, column ") && contains("text stands in quotes"));
  CHECK_THAT(config.refusal("size 3\n"), contains("line 1, column "));
  CHECK_THAT(config.refusal("style = [\"a\"\n\n"), contains("line 2"));
  CHECK_THAT(config.refusal("size = 3\nsize = 4\n"), contains("line 2") && contains("size"));
  CHECK_THAT(config.refusal("size = 12345678901234567890\n"), contains("line 1") && contains("number in quotes"));
  CHECK_THAT(config.refusal("log = \"\xff\"\n"), contains("no TOML"));
}

TEST_CASE("what no option takes is refused", "[config]") {
  const Config config;
  CHECK_THAT(config.refusal("siez = 3\n"), contains("the key 'siez', which is no option; did you mean 'size'?"));
  CHECK_THAT(config.refusal("config = 'other.toml'\n"), contains("'config', which is no option"));
  CHECK_THAT(config.refusal("[speed]\nsize = 3\n"),
             contains("'speed', which is no option; options stand in no section"));
  CHECK_THAT(config.refusal("size.a = 3\n"), contains("a table for size in line 1"));
  CHECK_THAT(config.refusal("\nsize = 2024-01-01\n"), contains("a date or time for size in line 2, column "));
  CHECK_THAT(config.refusal("size = 10:30:00\n"), contains("a date or time for size"));
  CHECK_THAT(config.refusal("style = [['a']]\n"), contains("a list in a list for style"));
  CHECK_THAT(config.refusal("size = [1, 2]\n"), contains("2 values for size, which takes one"));
  CHECK_THAT(config.refusal("style = []\n"), contains("0 values for style, which takes one or more"));
  CHECK_THAT(config.refusal("loud = 'perhaps'\n"),
             contains("'perhaps' for loud, which takes no value but true and false"));
  CHECK_THAT(config.refusal("loud = 7\n"), contains("'7' for loud"));
  CHECK_THAT(config.refusal("log = \"a\\u0000b\"\n"), contains("a zero byte in the value for log in line 1"));
}

TEST_CASE("nesting without end is refused before it takes the stack", "[config]") {
  const Config config;
  std::string dots = "a";
  for (int i = 0; i < 400'000; ++i) dots += ".a";
  CHECK_THAT(config.refusal("[" + dots + "]\n"), contains("dots in line 1"));
  CHECK_THAT(config.refusal("\n" + dots + " = 1\n"), contains("dots in line 2"));
  CHECK_THAT(config.refusal("size = " + std::string(400'000, '[') + "\n"), contains("no TOML"));
  std::string tables;
  for (int i = 0; i < 100'000; ++i) tables += "{a=";
  CHECK_THAT(config.refusal("size = " + tables + "\n"), contains("no TOML"));
}

TEST_CASE("what is no file of options is refused at once", "[config]") {
  const Config config;
  CHECK_THAT(config.refusal_of("none.toml"), contains("--config is 'none.toml' but must be a TOML file"));
  CHECK_THAT(config.refusal_of("/dev/zero"), contains("no regular file"));
  CHECK_THAT(config.refusal_of(config.folder().path()), contains("no regular file"));
  const std::filesystem::path pipe = config.folder() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THAT(config.refusal_of(pipe), contains("no regular file"));
  const std::filesystem::path huge = config.folder().put("huge.toml", "");
  std::filesystem::resize_file(huge, 1'000'000'000);
  CHECK_THAT(config.refusal_of(huge), contains("at most 1 MB"));
}

}  // namespace styler::app
