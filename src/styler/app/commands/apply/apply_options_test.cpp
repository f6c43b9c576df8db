#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "styler/app/commands/apply/record.hpp"
#include "styler/app/commands/command_line.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

namespace styler::app {
namespace {

ApplyOptions apply_asked_for(std::vector<std::string> more) {
  more.insert(more.begin(), "apply");
  return std::get<ApplyOptions>(parse(more));
}

std::string apply_refusal(const std::vector<std::string>& more) {
  return support::message_of(ErrorCode::InvalidArgument, [&] { apply_asked_for(more).validate(); });
}

const std::vector<std::string> kOne = {"--model", "m.styler", "--content", "photo.jpg", "-o", "out.png"};

std::vector<std::string> one_with(const std::vector<std::string>& more) {
  std::vector<std::string> all = kOne;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

TEST_CASE("an output that ends as pictures do is one picture, any other a folder", "[apply_options]") {
  CHECK(apply_asked_for({"-o", "out.png"}).is_single());
  CHECK(apply_asked_for({"-o", "a/out.JPEG"}).is_single());
  CHECK_FALSE(apply_asked_for({"-o", "out"}).is_single());
  CHECK_FALSE(apply_asked_for({"-o", "out.d/"}).is_single());
  CHECK_FALSE(apply_asked_for({"-o", "out.2024"}).is_single());
}

TEST_CASE("apply says what is missing or wrong, and what to do", "[apply_options]") {
  CHECK_NOTHROW(apply_asked_for(kOne).validate());
  CHECK_THAT(apply_refusal({}), support::contains("--model is needed"));
  CHECK_THAT(apply_refusal({"--model", "m.styler"}), support::contains("--content is needed"));
  CHECK_THAT(apply_refusal({"--model", "m.styler", "--content", "a", "b", "-o", "o.png"}),
             support::contains("one picture, but --content names 2"));
  CHECK_THAT(apply_refusal(one_with({"--name", "{content}.png"})),
             support::contains("--name is for a folder of pictures"));
  CHECK_THAT(apply_refusal(one_with({"--force", "--skip-existing"})), support::contains("contradict each other"));
  CHECK_THAT(apply_refusal({"--model", "m.styler", "--content", "a", "-o", "out", "--no-metadata"}),
             support::contains("--no-metadata leaves nothing"));
}

TEST_CASE("without a photo apply makes a texture, one picture of its own size", "[apply_options]") {
  const auto texture = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"--model", "t.styler", "-o", "out.png"});
    return more;
  };
  const ApplyOptions o = apply_asked_for(texture({"--size", "640x480", "--seed", "7", "--tileable"}));
  CHECK_NOTHROW(o.validate());
  CHECK(o.is_texture());
  CHECK(o.texture_size() == Size{480, 640});
  CHECK(apply_asked_for(texture({"--size", "300"})).texture_size() == Size{300, 300});
  CHECK_THAT(apply_refusal(texture({})), support::contains("--content is needed"));
  CHECK_THAT(apply_refusal({"--model", "t.styler", "--size", "64", "-o", "out"}),
             support::contains("a texture is one picture"));
  CHECK_THAT(apply_refusal(texture({"--size", "65", "--tileable"})), support::contains("must be multiples of 4"));
  CHECK_THAT(apply_refusal(texture({"--size", "64", "--color", "match"})), support::contains("--color is match"));
  CHECK_THAT(apply_refusal(one_with({"--tileable"})), support::contains("--tileable is for textures"));
  CHECK_THAT(apply_refusal(one_with({"--size", "64x48"})), support::contains("a photo keeps its shape"));
}

TEST_CASE("a texture's seed and edges stand in what it tells, and no photo's picture tells of them",
          "[apply_options]") {
  const auto fingerprint = [](const std::vector<std::string>& more) {
    std::vector<std::string> all = {"--model", "t.styler", "-o", "out.png", "--size", "64"};
    all.insert(all.end(), more.begin(), more.end());
    return applied_fingerprint(apply_asked_for(all), {"", {"model"}});
  };
  CHECK(fingerprint({}) != fingerprint({"--seed", "1"}));
  CHECK(fingerprint({}) != fingerprint({"--tileable"}));
  const ApplyOptions texture =
      apply_asked_for({"--model", "t.styler", "-o", "out.png", "--size", "64x32", "--seed", "3", "--tileable"});
  const auto told = nlohmann::ordered_json::parse(applied_parameters(texture, {}, {"", {"model"}}, {32, 64}));
  CHECK(applied_command(told, "out.png") ==
        "styler apply --model t.styler --size 64x32 --seed 3 --tileable -o out.png");
  const auto of_photo = nlohmann::ordered_json::parse(
      applied_parameters(apply_asked_for(kOne), "photo.jpg", {"photo", {"model"}}, {32, 64}));
  CHECK_FALSE(of_photo["options"].contains("seed"));
  CHECK_FALSE(of_photo["options"].contains("tileable"));
}

TEST_CASE("a stream of frames takes no options that only files have", "[apply_options]") {
  const auto streamed = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"--model", "m.styler", "--content", "-", "-o", "-"});
    return more;
  };
  CHECK_NOTHROW(apply_asked_for(streamed({"--size", "48", "--max-pixels", "1MP"})).validate());
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--bit-depth", "16"},
                                               {"--quality", "9"},
                                               {"--dither"},
                                               {"--background", "black"},
                                               {"--keep-metadata"},
                                               {"--no-metadata"},
                                               {"--allow-truncated"},
                                               {"--force"},
                                               {"--skip-existing"}}) {
    CHECK_THAT(apply_refusal(streamed(more)), support::contains(more.front() + " is for files, but --output is -"));
  }
}

TEST_CASE("shares that have no finite sum, or none above 0, are refused", "[apply_options]") {
  CHECK_THAT(apply_refusal(one_with({"--style-blend", "1e308,1e308"})),
             support::contains("but their sum must be a number; use smaller ones"));
  CHECK_THAT(apply_refusal(one_with({"--style-blend", "0,0"})), support::contains("above 0; name shares"));
}

TEST_CASE("a fingerprint goes by what decides the picture alone", "[apply_options]") {
  const AppliedHashes hashes{"photo", {"model"}};
  const std::string plain = applied_fingerprint(apply_asked_for(kOne), hashes);
  CHECK(plain == applied_fingerprint(apply_asked_for(one_with({"--threads", "3", "--max-pixels", "10MP"})), hashes));
  CHECK(plain != applied_fingerprint(apply_asked_for(one_with({"--size", "100"})), hashes));
  CHECK(plain != applied_fingerprint(apply_asked_for(one_with({"--color", "luminance"})), hashes));
  CHECK(plain != applied_fingerprint(apply_asked_for(kOne), {"photo", {"another"}}));
  CHECK(plain != applied_fingerprint(apply_asked_for(kOne), {"another", {"model"}}));
}

TEST_CASE("a painted photo tells the command that paints it again", "[apply_options]") {
  const ApplyOptions options = apply_asked_for(one_with({"--size", "300", "--color", "match", "--threads", "2"}));
  const std::string text = applied_parameters(options, "my photo.jpg", {"photo", {"model"}}, {200, 300});
  const auto parameters = nlohmann::ordered_json::parse(text);
  CHECK(tells_of_apply(parameters));
  CHECK(applied_command(parameters, "out.png") ==
        "styler apply --model m.styler --content 'my photo.jpg' --size 300 --color match -o out.png");
  CHECK(unknown_applied_options(parameters) == 0);
}

TEST_CASE("a model for each region is told whole, and each word of it decides", "[apply_options]") {
  const std::vector<std::string> regions = {"--content-regions", "map.png",         "--model", "a.styler",
                                            "b.styler",          "--model-regions", "#ff0000", "#0000ff"};
  std::vector<std::string> line = {"--content", "photo.jpg", "-o", "out.png"};
  line.insert(line.end(), regions.begin(), regions.end());
  const ApplyOptions options = apply_asked_for(line);
  CHECK_NOTHROW(options.validate());
  const AppliedHashes hashes{"photo", {"a", "b"}, "map"};
  const auto parameters = nlohmann::ordered_json::parse(applied_parameters(options, "photo.jpg", hashes, {2, 3}));
  CHECK(applied_command(parameters, "out.png") ==
        "styler apply --model a.styler b.styler --content photo.jpg --content-regions map.png --model-regions "
        "'#ff0000' '#0000ff' -o out.png");
  const std::string whole = applied_fingerprint(options, hashes);
  CHECK(whole != applied_fingerprint(options, {"photo", {"b", "a"}, "map"}));
  CHECK(whole != applied_fingerprint(options, {"photo", {"a", "b"}, "other"}));
  line.back() = "#00ff00";
  CHECK(whole != applied_fingerprint(apply_asked_for(line), hashes));
}

TEST_CASE("models and regions that don't go together are refused", "[apply_options]") {
  const auto refusal = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"--content", "photo.jpg"});
    return apply_refusal(more);
  };
  CHECK_THAT(refusal({"--model", "a.styler", "b.styler", "-o", "o.png"}), support::contains("names 2 generators"));
  CHECK_THAT(refusal({"--model", "a.styler", "-o", "o.png", "--model-regions", "#ff0000"}),
             support::contains("does nothing without --content-regions"));
  const auto with_map = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--model", "a.styler", "b.styler", "--content-regions", "m.png"});
    return refusal(more);
  };
  CHECK_THAT(with_map({"-o", "o.png", "--model-regions", "#ff0000"}),
             support::contains("names 1 region, but --model 2 generators"));
  CHECK_THAT(with_map({"-o", "o.png", "--model-regions", "#ff0000", "blue"}),
             support::contains("--model-regions is 'blue' but must be a colour"));
  CHECK_THAT(with_map({"-o", "out", "--model-regions", "#ff0000", "#0000ff"}),
             support::contains("a map of one photo, but --output is 'out', a folder"));
}

}  // namespace styler::app
