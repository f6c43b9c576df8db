#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "styler/app/commands/command_line.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/command_lines.hpp"

namespace styler::app {

using support::refusal;
using support::transfer;

TEST_CASE("a style loss goes with our own constants, and those that sort features with whole pictures",
          "[command_line]") {
  CHECK(JobOptions().stylize.objective.style_loss == StyleLoss::Gram);
  const auto with = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"--content", "a", "--style", "b", "-o", "c"});
    return transfer(more);
  };
  const JobOptions sliced = with({"--style-loss", "sliced", "--tile", "off"});
  CHECK(sliced.stylize.objective.style_loss == StyleLoss::Sliced);
  CHECK_NOTHROW(sliced.validate());
  CHECK_NOTHROW(with({"--style-loss", "wasserstein", "--tile", "256"}).validate());
  CHECK_NOTHROW(with({"--style-loss", "gram", "--preset", "gatys"}).validate());
  CHECK_THROWS_WITH(with({"--style-loss", "gram-mean", "--preset", "gatys"}).validate(),
                    support::contains("style-loss is gram-mean but the presets neural-style and gatys"));
  CHECK_THROWS_WITH(with({"--style-loss", "histogram", "--tile", "256"}).validate(),
                    support::contains("tile is 256 but style-loss histogram"));
  CHECK_THAT(refusal({"--style-loss", "slices"}), support::contains("did you mean 'sliced'?"));
  CHECK_THAT(refusal({"--content", "a", "--strength", "0", "--style-loss", "sliced"}),
             support::contains("--style-loss does nothing"));
}

TEST_CASE("a strength that leaves weights without effect is refused beside them", "[command_line]") {
  CHECK(transfer({"--content", "a", "--strength", "0.75", "--preset", "gatys"}).stylize.objective.strength == 0.75);
  CHECK_THAT(refusal({"--content", "a", "--strength", "1", "--content-weight", "2"}),
             support::contains("--content-weight does nothing"));
  CHECK_THAT(refusal({"--content", "a", "--strength", "0", "--fine-style", "b"}), support::contains("--fine-style"));
  CHECK_THAT(refusal({"--content", "a", "--strength", "0", "--style-weight", "2"}),
             support::contains("--style-weight does nothing"));
  CHECK_THAT(refusal({"--content", "a", "--strength", "0", "--coarse-style", "0.5"}),
             support::contains("--coarse-style does nothing"));
  JobOptions options = transfer({"--content", "a", "--style", "b", "-o", "c", "--strength", "1.5"});
  CHECK_THROWS_WITH(options.validate(), support::contains("strength is 1.5 but must lie between 0"));
}

TEST_CASE("a misspelt option or command is answered with the nearest", "[command_line]") {
  CHECK_THAT(refusal({"--contnet", "x.jpg"}), support::contains("did you mean '--content'?"));
  CHECK_THAT(refusal({"--contnet=x.jpg"}), support::contains("did you mean '--content'?"));
  CHECK_THAT(refusal({"-size", "5"}), support::contains("did you mean '--size'?"));
  CHECK_THAT(refusal({"weigths", "list"}), support::contains("did you mean 'weights'?"));
  CHECK_THAT(refusal({"weights", "instal"}), support::contains("did you mean 'install'?"));
  CHECK_THAT(refusal({"weights", "install", "--form", "x"}), support::contains("did you mean '--from'?"));
  CHECK_THAT(refusal({"--pooling", "averge"}), support::contains("did you mean 'average'?"));
  CHECK_THAT(refusal({"--style-layers", "relu44_1"}), support::contains("did you mean 'relu4_1'?"));
}

TEST_CASE("a value that can't be read is answered with option, value and constraint", "[command_line]") {
  const auto argument = GENERATE(values<std::pair<std::string, std::string>>({{"--size", "abc"},
                                                                              {"--size", "0"},
                                                                              {"--iterations", "1.5"},
                                                                              {"--scales", "0"},
                                                                              {"--style-weight", "much"},
                                                                              {"--seed", "-1"},
                                                                              {"--threads", "0"},
                                                                              {"--time-limit", "soon"},
                                                                              {"--save-every", "0"},
                                                                              {"--checkpoint-every", "0"},
                                                                              {"--optimizer", "sgd"},
                                                                              {"--precision", "fp64"},
                                                                              {"--preset", "none"}}));
  const std::string message = refusal({argument.first, argument.second});
  CHECK_THAT(message, support::contains(argument.first + " is '" + argument.second + "' but must be "));
}

TEST_CASE("an option without its value is named", "[command_line]") {
  CHECK_THAT(refusal({"--size"}), support::contains("--size needs a value"));
  CHECK_THAT(refusal({"--style-weight"}), support::contains("--style-weight needs a value"));
  CHECK_THAT(refusal({"--content", "--style", "a.jpg"}), support::contains("--content needs a value"));
  CHECK_THAT(refusal({"-q=maybe"}), !support::contains("stoll"));
}

TEST_CASE("options that would do nothing beside the others are refused", "[command_line]") {
  CHECK_THAT(refusal({"--learning-rate", "1"}), support::contains("--optimizer adam"));
  CHECK_THAT(refusal({"--history-size", "5", "--optimizer", "adam"}), support::contains("--history-size"));
  CHECK_THAT(refusal({"--preconditioner", "none", "--optimizer", "adam"}), support::contains("--preconditioner"));
  CHECK_THAT(refusal({"--checkpoint-every", "5"}), support::contains("add --checkpoint FILE"));
}

TEST_CASE("a run needs style and output, in range, and content unless it makes a texture", "[command_line]") {
  JobOptions options;
  options.content = "a.png";
  CHECK_THROWS_WITH(options.validate(), support::contains("--style is missing"));
  options.styles = {"b.png"};
  CHECK_THROWS_WITH(options.validate(), support::contains("--output is missing"));
  options.output = "c.png";
  CHECK_NOTHROW(options.validate());
  options.stylize.objective.style_weight = -1;
  CHECK_THROWS_AS(options.validate(), Error);
}

TEST_CASE("what makes no sense for a texture, or for a photo, is refused", "[command_line]") {
  const auto invalid = [](std::vector<std::string> arguments, const std::string& part) {
    for (const char* word : {"--style", "b.png", "-o", "c.png"}) arguments.emplace_back(word);
    INFO(arguments.front());
    try {
      transfer(arguments).validate();
    } catch (const Error& error) {
      CHECK_THAT(std::string(error.what()), support::contains(part));
      return;
    }
    FAIL("accepted");
  };
  for (const char* option : {"--content-weight", "--coarse-style", "--content-layers", "--background"}) {
    const std::string name = option;
    const std::string value = name == "--content-layers" ? "relu4_2" : name == "--background" ? "black" : "2";
    invalid({name, value}, name + " is for a photo");
  }
  invalid({"--keep-metadata"}, "--keep-metadata is for a photo");
  invalid({"--size", "original"}, "give --size N");
  invalid({"--init", "content"}, "--init is content");
  invalid({"--tileable", "--padding", "zero"}, "--padding does nothing");
  invalid({"--tileable", "--tile", "256"}, "tile is 256");
  invalid({"--content", "a.png", "--tileable"}, "--tileable is for textures");
  invalid({"--content", "a.png", "--size", "64x48"}, "keeps its shape");
  for (const char* size : {"0x5", "5x", "x5", "5x5x5", "-1x4"}) invalid({"--size", size}, "--size is");
  CHECK_THROWS_WITH(
      std::get<BatchOptions>(parse({"batch", "--content", "a", "--style", "b", "-o", "c", "--size", "64x48"}))
          .validate(),
      support::contains("batch"));
}

}  // namespace styler::app
