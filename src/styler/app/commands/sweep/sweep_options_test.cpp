#include "styler/app/commands/command_line.hpp"
#include "styler/app/commands/sweep/options.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"

namespace styler::app {
namespace {

const std::vector<std::string> kFiles = {"sweep", "--content", "a.jpg", "--style", "b.jpg", "-o", "sheet.png"};

SweepOptions sweep(std::vector<std::string> more) {
  more.insert(more.begin(), kFiles.begin(), kFiles.end());
  return std::get<SweepOptions>(parse(more));
}

std::string sweep_refusal(const std::vector<std::string>& more) {
  try {
    sweep(more).validate();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::InvalidArgument);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a variation is an option and its values", "[sweep]") {
  const Variation weights = parse_variation("style-weight=10,100,1000");
  CHECK(weights.option == "style-weight");
  CHECK(weights.values == std::vector<std::string>{"10", "100", "1000"});
  const Variation layers = parse_variation("style-layers=relu1_1,relu2_1;relu3_1");
  CHECK(layers.values == std::vector<std::string>{"relu1_1,relu2_1", "relu3_1"});
  for (const char* text : {"", "style-weight", "=1,2", "--seed=1,2", "seed=", "seed=1", "seed=1,,2", "seed=1,"}) {
    CHECK_THROWS_AS(parse_variation(text), Error);
  }
}

TEST_CASE("a sheet has a picture for every pair of values, row by row", "[sweep]") {
  const SweepOptions options =
      sweep({"--vary", "style-weight=10,100", "--iterations", "9", "--vary=style-scale=0.5,1,2"});
  REQUIRE(options.pictures.size() == 6);
  for (size_t i = 0; i < 6; ++i) {
    const JobOptions& picture = options.pictures[i];
    CHECK(picture.content == "a.jpg");
    CHECK(picture.stylize.schedule.iterations == 9);
    CHECK(picture.stylize.objective.style_weight == (i % 2 == 0 ? 10 : 100));
  }
  CHECK(options.pictures[1].stylize.style_scale == 0.5);
  CHECK(options.pictures[2].stylize.style_scale == 1);
  CHECK(options.pictures[5].stylize.style_scale == 2);
}

TEST_CASE("pictures of a sheet are small unless their size is given or varies", "[sweep]") {
  CHECK(sweep({"--vary", "seed=1,2"}).pictures[0].stylize.schedule.size == SweepOptions::kDefaultSize);
  CHECK(sweep({"--vary", "seed=1,2", "--size", "99"}).pictures[1].stylize.schedule.size == 99);
  CHECK(sweep({"--vary", "size=64,128"}).pictures[1].stylize.schedule.size == 128);
}

TEST_CASE("options with commas in their values vary too", "[sweep]") {
  const std::vector<std::string> arguments = {"sweep", "--content", "a.jpg",     "--style", "b.jpg",
                                              "c.jpg", "-o",        "sheet.png", "--vary",  "style-blend=1,0;3,1;0,1"};
  const auto options = std::get<SweepOptions>(parse(arguments));
  REQUIRE(options.pictures.size() == 3);
  CHECK(options.pictures[1].style_shares == std::vector<double>{3, 1});
  CHECK(sweep({"--vary", "fine-style=x.jpg,y.jpg"}).pictures[1].fine_style == "y.jpg");
}

TEST_CASE("what a varied preset brings gives way to what is given beside it", "[sweep]") {
  const SweepOptions options = sweep({"--vary", "preset=gatys,styler", "--tv-weight", "7"});
  for (const JobOptions& picture : options.pictures) CHECK(picture.stylize.objective.tv_weight == 7);
  CHECK(options.pictures[0].preset == Preset::Gatys);
}

TEST_CASE("a variation that makes no sense is refused in a sentence that says why", "[sweep]") {
  CHECK(sweep_refusal({}).find("given 0 times") != std::string::npos);
  CHECK(sweep_refusal({"--vary", "a=1,2", "--vary", "b=1,2", "--vary", "c=1,2"}).find("given 3 times") !=
        std::string::npos);
  CHECK(sweep_refusal({"--vary", "style-wieght=1,2"}).find("did you mean 'style-weight'") != std::string::npos);
  CHECK(sweep_refusal({"--vary", "output=a.png,b.png"}).find("the sheet as a whole") != std::string::npos);
  CHECK(sweep_refusal({"--vary", "seed=1,2", "--seed", "3"}).find("--seed is given by itself") != std::string::npos);
  CHECK(sweep_refusal({"--vary", "seed=1,2", "--vary", "seed=3,4"}).find("twice") != std::string::npos);
  CHECK(sweep_refusal({"--vary", "iterations=1,many"}).find("--iterations is 'many'") != std::string::npos);
  CHECK(sweep_refusal({"--vary", "style-weight=1,-2"}).find("style-weight") != std::string::npos);
  CHECK(sweep_refusal({"--vary", "seed=1,2", "--save-every", "5"}).find("--save-every") != std::string::npos);
  CHECK(sweep_refusal({"--vary", "seed=1,2", "--checkpoint", "c"}).find("--checkpoint is no option") !=
        std::string::npos);
  const std::string many = "seed=1,2,3,4,5,6,7,8,9,10,11";
  CHECK(sweep_refusal({"--vary", many, "--vary", "iterations=1,2,3,4,5,6,7,8,9,10"}).find("at most 100") !=
        std::string::npos);
}

}  // namespace styler::app
