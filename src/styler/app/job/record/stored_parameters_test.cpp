#include "styler/app/job/record/stored_parameters.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "styler/app/commands/command_line.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"

namespace styler::app {
namespace {

JobOptions options_of(std::vector<std::string> arguments) {
  for (const char* word : {"--content", "a photo.jpg", "--style", "art.jpg", "-o", "out.png"})
    arguments.push_back(word);
  return std::get<TransferOptions>(parse(arguments)).job;
}

const InputHashes kHashes{"c0", {{"51"}}, "", "e1"};

std::string shown(const JobOptions& options) {
  return command_text(read_parameters(parameters_text(options, kHashes, {}), "out.png"), "a picture.png");
}

}  // namespace

TEST_CASE("a fingerprint changes with everything that decides the picture", "[parameters]") {
  const std::string reference = fingerprint(options_of({}), kHashes);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{"--size", "300"},
                                                                                         {"--style-weight", "6"},
                                                                                         {"--preset", "gatys"},
                                                                                         {"--seed", "1"},
                                                                                         {"--bit-depth", "16"},
                                                                                         {"--dither"},
                                                                                         {"--background", "black"},
                                                                                         {"--style-layers", "relu1_1"},
                                                                                         {"--style-loss", "sliced"},
                                                                                         {"--color", "match"},
                                                                                         {"--precision", "fp32"},
                                                                                         {"--keep-metadata"},
                                                                                         {"--quality", "80"},
                                                                                         {"--strength", "0.6"},
                                                                                         {"--style-scale", "0.5"},
                                                                                         {"--allow-truncated"},
                                                                                         {"--padding", "zero"},
                                                                                         {"--pooling", "average"}}) {
    INFO(arguments.front());
    CHECK(fingerprint(options_of(arguments), kHashes) != reference);
  }
  CHECK(fingerprint(options_of({}), {"c1", {{"51"}}, "", "e1"}) != reference);
  CHECK(fingerprint(options_of({}), {"c0", {{"52"}}, "", "e1"}) != reference);
  CHECK(fingerprint(options_of({}), {"c0", {{"51"}}, "", "e2"}) != reference);
  CHECK(fingerprint(options_of({}), {"c0", {{"51"}, {"52"}}, "", "e1"}) !=
        fingerprint(options_of({}), {"c0", {{"51", "52"}}, "", "e1"}));
  InputHashes with_fine_style = kHashes;
  with_fine_style.fine_style = "f0";
  CHECK(fingerprint(options_of({}), with_fine_style) != reference);
  CHECK(fingerprint(options_of({"--init", "x.png"}), {"c0", {{"51"}}, "aa", "e1"}) !=
        fingerprint(options_of({"--init", "x.png"}), {"c0", {{"51"}}, "bb", "e1"}));
}

TEST_CASE("a tint is another picture than was painted with that strength before there were tints", "[parameters]") {
  // As earlier versions have it: the number itself.
  const auto strength = [](const JobOptions& options) { return picture_identity_json(options).at("strength"); };
  CHECK(strength(options_of({"--strength", "0.25"})) == 0.25);
  CHECK(strength(options_of({"--strength", "0.1"})) != 0.1);
  CHECK(fingerprint(options_of({"--strength", "0.1"}), kHashes) !=
        fingerprint(options_of({"--strength", "0.2"}), kHashes));
  CHECK(shown(options_of({"--strength", "0.1"})) ==
        "styler --content 'a photo.jpg' --style art.jpg --strength 0.1 -o 'a picture.png'");
}

TEST_CASE("a fingerprint does not change with what computes, tells and names", "[parameters]") {
  const std::string reference = fingerprint(options_of({}), kHashes);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--threads", "3"},
                                             {"--device", "cpu"},
                                             {"--quiet"},
                                             {"--report", "r.json"},
                                             {"--max-pixels", "1MP"},
                                             {"--weights", "w.safetensors"},
                                             {"--content", "moved/photo.jpg"},
                                             {"-o", "other.png"}}) {
    INFO(arguments.front());
    CHECK(fingerprint(options_of(arguments), kHashes) == reference);
  }
  CHECK(fingerprint(options_of({"--init", "x.png"}), {"c0", {{"51"}}, "aa", "e1"}) ==
        fingerprint(options_of({"--init", "moved/x.png"}), {"c0", {{"51"}}, "aa", "e1"}));
}

TEST_CASE("the command that is shown has what differs from the defaults, and means the same", "[parameters]") {
  CHECK(shown(options_of({})) == "styler --content 'a photo.jpg' --style art.jpg -o 'a picture.png'");
  CHECK(shown(options_of({"--preset", "gatys", "--size", "original", "--dither", "--style-layers", "relu1_1:0.5"})) ==
        "styler --content 'a photo.jpg' --style art.jpg --size original --preset gatys --style-layers relu1_1:0.5 "
        "--dither -o 'a picture.png'");
  const JobOptions options = options_of({"--tv-weight", "0.125", "--init", "noise", "--seed", "12", "--scales", "2",
                                         "--optimizer", "adam", "--learning-rate", "2", "--time-limit", "10m",
                                         "--background", "black", "--keep-metadata", "--quality", "80"});
  const std::string command = shown(options);
  // Read back as a shell would: none of these has a blank or a quote in it.
  std::vector<std::string> words;
  std::istringstream stream(command.substr(command.find("--style"), command.find(" -o ") - command.find("--style")));
  for (std::string word; stream >> word;) {
    word.erase(std::remove(word.begin(), word.end(), '\''), word.end());
    words.push_back(word);
  }
  words.insert(words.end(), {"--content", "a photo.jpg", "-o", "out.png"});
  CHECK(fingerprint(std::get<TransferOptions>(parse(words)).job, kHashes) == fingerprint(options, kHashes));
}

TEST_CASE("the command that is shown has all styles", "[parameters]") {
  JobOptions options = options_of({"--style-blend", "3,1", "--style-scale", "1,0.5"});
  options.styles = {"art.jpg", "a folder"};
  CHECK(shown(options) ==
        "styler --content 'a photo.jpg' --style art.jpg 'a folder' --style-scale 1,0.5 --style-blend 3,1 "
        "-o 'a picture.png'");
  options = options_of({"--fine-style", "fine.jpg", "--strength", "0.75"});
  CHECK(shown(options) ==
        "styler --content 'a photo.jpg' --style art.jpg --fine-style fine.jpg --strength 0.75 -o 'a picture.png'");
}

TEST_CASE("the command of a texture names no photo, and means the same", "[parameters]") {
  const auto options = std::get<TransferOptions>(parse({"--style", "art.jpg", "-o", "out.png", "--size", "64x48",
                                                        "--tileable", "--seed", "3"}))
                           .job;
  CHECK(shown(options) == "styler --style art.jpg --size 64x48 --tileable --init noise --seed 3 -o 'a picture.png'");
}

TEST_CASE("what is stored is the same each time and tells of the loss", "[parameters]") {
  JobRecord record;
  ScaleRecord scale;
  scale.event.scale = {{48, 64}, 1000};
  for (int i = 0; i < 1000; ++i) scale.losses.push_back({0, 0, 0, 0, 1.0 / (i + 3)});
  record.scales = {scale};
  record.seconds = 1;
  const std::string text = parameters_text(options_of({}), kHashes, record);
  record.seconds = 2;
  CHECK(parameters_text(options_of({}), kHashes, record) == text);
  const auto json = read_parameters(text, "out.png");
  const auto& losses = json.at("scales")[0].at("losses");
  CHECK(losses.size() <= 102);
  CHECK(losses[0] == 0.333333);
  CHECK(json.at("scales")[0].at("iterations").back() == 1000);
  CHECK(stored_fingerprint(text) == fingerprint(options_of({}), kHashes));
  record.stopped = true;
  CHECK(stored_fingerprint(parameters_text(options_of({}), kHashes, record)).empty());
}

TEST_CASE("texts that are nothing of ours are refused or passed over", "[parameters]") {
  for (const char* text : {"", "{", "[]", "{}", R"({"options": 3})", "\xFF\xFE"}) {
    CHECK_THROWS_AS(read_parameters(text, "x.png"), Error);
    CHECK(stored_fingerprint(text).empty());
  }
  CHECK(stored_fingerprint(R"({"fingerprint": 7})").empty());
  CHECK_NOTHROW(command_text(read_parameters(R"({"options": {"preset": 3, "x": [1, {}]}})", "x.png"), "x.png"));
  CHECK(command_text(read_parameters(R"({"options": {"preset": "of the future"}})", "x.png"), "x.png") ==
        "styler --preset 'of the future' -o x.png");
}

TEST_CASE("words are quoted for a shell", "[parameters]") {
  CHECK(shell_quoted("plain/na-me_1.jpg") == "plain/na-me_1.jpg");
  CHECK(shell_quoted("two words") == "'two words'");
  CHECK(shell_quoted("it's") == "'it'\\''s'");
  CHECK(shell_quoted("$(rm -r ~)") == "'$(rm -r ~)'");
  CHECK(shell_quoted("#102030") == "'#102030'");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted("a\x1b[31m\nit's \\") == "$'a\\033[31m\\012it\\'s \\\\'");
}

}  // namespace styler::app
