#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/commands/command_line.hpp"
#include "support/catch.hpp"
#include "support/command_lines.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {

using support::all;
using support::refusal;
using support::transfer;

TEST_CASE("a config file means the same as the options on the command line", "[command_line][config]") {
  const support::TempFolder folder;
  const std::string config = folder
                                 .put("run.toml",
                                      "# a comment\n"
                                      "preset = \"neural-style\"\nsize = 300\nstyle-weight = 3e4\npooling = 'average'\n"
                                      "style-layers = [\"relu1_1:0.2\", \"relu2_1\"]\ntime-limit = \"1h30m\"\n"
                                      "quiet = true\ninit = \"noise\"\n")
                                 .string();
  CHECK(
      all(transfer({"--config", config})) ==
      all(transfer({"--preset", "neural-style", "--size", "300", "--style-weight", "3e4", "--pooling", "average",
                    "--style-layers", "relu1_1:0.2,relu2_1", "--time-limit", "1h30m", "--quiet", "--init", "noise"})));

  SECTION("and what the command line says beside it wins") {
    const JobOptions o = transfer({"--config", config, "--size", "64", "--preset", "gatys"});
    CHECK(o.stylize.schedule.size == 64);
    CHECK(o.stylize.objective.normalization == LossNormalization::Gatys);
    CHECK(o.stylize.objective.style_weight == 3e4);
  }
}

TEST_CASE("a config file with an unknown key or section is refused", "[command_line][config]") {
  const support::TempFolder folder;
  CHECK_THAT(refusal({"--config", folder.put("a.toml", "siez = 3\n").string()}),
             support::contains("'siez'") && support::contains("did you mean 'size'?"));
  CHECK_THAT(refusal({"--config", folder.put("b.toml", "[speed]\nsize = 3\n").string()}), support::contains("'speed'"));
  CHECK_THAT(refusal({"--config", folder.put("c.toml", "version = true\n").string()}), support::contains("'version'"));
  CHECK_THAT(refusal({"--config", (folder.path() / "none.toml").string()}), support::contains("none.toml"));
}

TEST_CASE("a config file can name several styles", "[command_line][config]") {
  const support::TempFolder folder;
  const std::string config =
      folder.put("run.toml", "style = [\"a.jpg\", \"b.jpg\"]\nstyle-blend = [3, 1]\nstyle-scale = \"1,0.5\"\n")
          .string();
  CHECK(all(transfer({"--config", config})) ==
        all(transfer({"--style", "a.jpg", "b.jpg", "--style-blend", "3,1", "--style-scale", "1,0.5"})));
  CHECK(transfer({"--config", config, "--style", "c.jpg"}).styles.size() == 1);
}

TEST_CASE("a # within quotes begins no comment in a config file", "[command_line][config]") {
  const support::TempFolder folder;
  const std::string config = folder
                                 .put("c.toml",
                                      "style = [\"a.jpg\", \"b #2.jpg\"]  # two, and \"this\" is none\n"
                                      "content-regions = 'map.png'\n"
                                      "style-regions = [\"#ff0000\", '#0000ff']\n")
                                 .string();
  const JobOptions options = transfer({"--config", config});
  CHECK((options.styles == std::vector<std::filesystem::path>{"a.jpg", "b #2.jpg"}));
  CHECK((options.style_regions == std::vector<std::filesystem::path>{"#ff0000", "#0000ff"}));
}

}  // namespace styler::app
