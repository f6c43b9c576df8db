#include "styler/app/job/record/stored_parameters.hpp"

#include <stdio.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
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

/// What is shown of a picture with these options stored in it.
std::string shown_of(const std::string& options) {
  return command_text(read_parameters("{\"options\": " + options + "}", "x.png"), "x.png");
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
  CHECK(is_same_picture(text, fingerprint(options_of({}), kHashes), ""));
  CHECK_FALSE(is_same_picture(text, fingerprint(options_of({"--seed", "7"}), kHashes), ""));
  record.stopped = true;
  CHECK_FALSE(
      is_same_picture(parameters_text(options_of({}), kHashes, record), fingerprint(options_of({}), kHashes), ""));
}

TEST_CASE("numbers of a network that no list knows are stored, and other numbers make another picture",
          "[parameters]") {
  const std::string print = fingerprint(options_of({}), kHashes);
  JobRecord record;
  record.machine.weights_contents = {"n1", "vgg19"};
  const std::string listed = parameters_text(options_of({}), kHashes, record);
  CHECK(listed.find("n1") == std::string::npos);
  record.machine.weights_contents.original.clear();
  const std::string unlisted = parameters_text(options_of({}), kHashes, record);
  CHECK(is_same_picture(unlisted, print, "n1"));
  CHECK_FALSE(is_same_picture(unlisted, print, "n2"));
  CHECK_FALSE(is_same_picture(unlisted, print, ""));
  CHECK(is_same_picture(listed, print, "n1"));  // as earlier versions stored it
}

TEST_CASE("texts that are nothing of ours are refused or passed over", "[parameters]") {
  for (const char* text : {"", "{", "[]", "{}", R"({"options": 3})", "\xFF\xFE"}) {
    CHECK_THROWS_AS(read_parameters(text, "x.png"), Error);
    CHECK_FALSE(is_same_picture(text, "f", ""));
  }
  CHECK_FALSE(is_same_picture(R"({"fingerprint": 7})", "7", ""));
  CHECK(shown_of(R"({"preset": 3, "x": [1, {}]})") == "styler --preset 3 -o x.png");
  CHECK(shown_of(R"({"preset": "of the future"})") == "styler --preset 'of the future' -o x.png");
}

TEST_CASE("a foreign text puts nothing but values into the command that is shown", "[parameters]") {
  CHECK(shown_of(R"({"report": "r", "log-file": "l", "output": "o", "": "e", "x; rm": 1, "dry-run": true})") ==
        "styler -o x.png");
  CHECK(shown_of(R"({"style": ["a.jpg", "--report", "r", "--"]})") ==
        "styler --style a.jpg ./--report r ./-- -o x.png");
  CHECK(shown_of(R"({"content": "-x", "seed": "-1", "init": "--report"})") ==
        "styler --content ./-x --seed=-1 --init ./--report -o x.png");
  const std::string of_other_kinds =
      "{\"dither\": \"$(x)\", \"tileable\": [true], \"size\": true, \"weights\": {\"a\": 1}, \"style\": [[1], null]}";
  CHECK(shown_of(of_other_kinds) == "styler -o x.png");
  CHECK(shown_of("{\"style\": \"'; touch x; '\"}") == "styler --style \\''; touch x; '\\' -o x.png");
  CHECK(unknown_options(read_parameters(R"({"options": {"size": 3, "report": "r", "x": 1}})", "x.png")) == 2);
}

TEST_CASE("names that are no UTF-8 come back as they were", "[parameters]") {
  JobOptions options = options_of({});
  options.content = "a\xff\xe9.jpg";
  options.styles = {"b\xff.jpg", "c.jpg"};
  const std::string command =
      "styler --content 'a'\"$(printf '\\377\\351')\"'.jpg' --style 'b'\"$(printf '\\377')\"'.jpg' c.jpg "
      "-o 'a picture.png'";
  CHECK(shown(options) == command);
  for (const char* digits : {R"("6")", R"("6g")", R"("+6")", "7", R"({"bytes": "61"})"}) {
    CHECK(shown_of(std::string(R"({"content": {"bytes": )") + digits + "}}") == "styler -o x.png");
  }
}

TEST_CASE("words are quoted for a shell", "[parameters]") {
  CHECK(shell_quoted("plain/na-me_1.jpg") == "plain/na-me_1.jpg");
  CHECK(shell_quoted("two words") == "'two words'");
  CHECK(shell_quoted("it's") == "'it'\\''s'");
  CHECK(shell_quoted("$(rm -r ~)") == "'$(rm -r ~)'");
  CHECK(shell_quoted("#102030") == "'#102030'");
  CHECK(shell_quoted("=ls") == "'=ls'");
  CHECK(shell_quoted("~") == "'~'");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted(std::string_view("a\0b\n\0\n", 6)) == "'ab'");
  const std::string spelt = "'a'\"$(printf '\\033')\"'[31m'\"$(printf '\\012\\151')\"'t'\\''s \\'";
  CHECK(shell_quoted("a\x1b[31m\nit's \\") == spelt);
}

TEST_CASE("sh reads a quoted word as it was, and runs none of it", "[parameters]") {
  const auto read_by_sh = [](const std::string& word) {
    std::string text;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("printf %s. " + shell_quoted(word)).c_str(), "r"),
                                                     ::pclose);
    REQUIRE(pipe != nullptr);
    std::array<char, 256> part{};
    while (const size_t count = std::fread(part.data(), 1, part.size(), pipe.get())) text.append(part.data(), count);
    return text;
  };
  for (const char* word :
       {"'; echo x; '", "$(echo x)", "`echo x`", "\\'", "\\", "$'a\\''; echo x; #'", "\n; echo x", "a\nb", "\n\nb",
        "%s %d\\n", "\"", "!x", "*", "\x1b]0;x\x07", "\xff\xfe", "\u009b31m", "\u202etxt", "\x01\n1",
        "\x7f"
        "8"}) {
    INFO(word);
    CHECK(read_by_sh(word) == std::string(word) + ".");
  }
  std::string every;
  for (int byte = 1; byte < 256; ++byte) every += static_cast<char>(byte);
  CHECK(read_by_sh(every) == every + ".");
}

}  // namespace styler::app
