#include "styler/app/commands/command_line.hpp"

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "support/command_lines.hpp"

namespace styler::app {

using support::all;
using support::refusal;
using support::transfer;

namespace {

void validate(const JobOptions& options) { options.validate(); }

}  // namespace

TEST_CASE("what is not given keeps the default of its struct", "[command_line]") {
  JobOptions defaults;
  defaults.content = "photo.jpg";
  CHECK(all(transfer({"--content", "photo.jpg"})) == all(defaults));
}

TEST_CASE("each option reaches its field", "[command_line]") {
  const JobOptions o = transfer({"--content",
                                 "a.jpg",
                                 "--style",
                                 "b.jpg",
                                 "-o",
                                 "c.png",
                                 "--size",
                                 "300",
                                 "--iterations",
                                 "7",
                                 "--scales",
                                 "2",
                                 "--style-scale",
                                 "0.5",
                                 "--coarse-style",
                                 "0.25",
                                 "--color",
                                 "luminance",
                                 "--content-weight",
                                 "2",
                                 "--style-weight",
                                 "3e4",
                                 "--tv-weight",
                                 "0.25",
                                 "--range-weight",
                                 "0.75",
                                 "--content-layers",
                                 "relu3_1:2",
                                 "--style-layers",
                                 "relu1_1:0.2,pool2",
                                 "--pooling",
                                 "average",
                                 "--padding",
                                 "reflect",
                                 "--tolerance-change",
                                 "1e-4",
                                 "--tolerance-gradient",
                                 "1e-6",
                                 "--time-limit",
                                 "10m",
                                 "--history-size",
                                 "9",
                                 "--preconditioner",
                                 "none",
                                 "--init",
                                 "noise",
                                 "--seed",
                                 "12345678901234567890",
                                 "--device",
                                 "cpu",
                                 "--precision",
                                 "fp32",
                                 "--threads",
                                 "3",
                                 "--weights",
                                 "w.safetensors",
                                 "--report",
                                 "r.json",
                                 "--save-every",
                                 "25",
                                 "-vv",
                                 "--log-file",
                                 "l.txt"});
  CHECK(o.content == "a.jpg");
  CHECK((o.styles == std::vector<std::filesystem::path>{"b.jpg"}));
  CHECK(o.output == "c.png");
  CHECK(o.stylize.schedule.size == 300);
  CHECK(o.stylize.schedule.iterations == 7);
  CHECK(o.stylize.schedule.scales == 2);
  CHECK(o.stylize.style_scale == 0.5);
  CHECK(o.stylize.schedule.coarse_style == 0.25);
  CHECK(o.stylize.colour == ColourMode::Luminance);
  CHECK(o.stylize.objective.content_weight == 2);
  CHECK(o.stylize.objective.style_weight == 3e4);
  CHECK(o.stylize.objective.tv_weight == 0.25);
  CHECK(o.stylize.objective.range_weight == 0.75);
  CHECK(layers_text(o.stylize.objective.content_layers) == "relu3_1:2");
  CHECK(layers_text(o.stylize.objective.style_layers) == "relu1_1:0.2,pool2");
  CHECK(o.pooling == Pooling::Average);
  CHECK(o.stylize.objective.padding == Padding::Reflect);
  CHECK(o.stylize.optimizer.tolerance_change == 1e-4);
  CHECK(o.stylize.optimizer.tolerance_gradient == 1e-6);
  CHECK(o.stylize.optimizer.time_limit_seconds == 600);
  CHECK(o.stylize.optimizer.history_size == 9);
  CHECK(o.stylize.optimizer.preconditioner == Preconditioning::None);
  CHECK(o.init == Init::Noise);
  CHECK(o.stylize.seed == 12345678901234567890ULL);
  CHECK(o.machine.device.device == "cpu");
  CHECK(o.machine.device.precision == Precision::Fp32);
  CHECK(o.machine.device.threads == 3);
  CHECK(o.machine.weights == "w.safetensors");
  CHECK(o.report == "r.json");
  CHECK(o.save_every == 25);
  CHECK(o.messages.verbosity == 2);
  CHECK(o.messages.log_file == "l.txt");

  const JobOptions p = transfer({"--optimizer", "adam", "--learning-rate", "2", "--init", "start.png", "-q"});
  CHECK(p.stylize.optimizer.method == OptimizerMethod::Adam);
  CHECK(p.stylize.optimizer.learning_rate == 2);
  CHECK(p.init == Init::Picture);
  CHECK(p.init_file == "start.png");
  CHECK(p.messages.quiet);
  CHECK(transfer({"--size", "original"}).stylize.schedule.size == 0);
}

TEST_CASE("options about memory reach their fields", "[command_line]") {
  const JobOptions o = transfer({"--memory-limit", "4G", "--tile", "512", "--history-precision", "bf16", "--dry-run"});
  CHECK(o.stylize.memory.limit_bytes == int64_t{4} << 30);
  CHECK(o.stylize.memory.tile == 512);
  CHECK(o.stylize.optimizer.history_precision == Precision::Bf16);
  CHECK(o.dry_run);
  CHECK(transfer({"--tile", "off"}).stylize.memory.tile == 0);
  CHECK_FALSE(transfer({"--tile", "512", "--tile", "auto"}).stylize.memory.tile);
  CHECK_THAT(refusal({"--memory-limit", "4GB"}), support::contains("--memory-limit is '4GB' but must be"));
  CHECK_THAT(refusal({"--tile", "big"}), support::contains("--tile is 'big' but must be"));
  CHECK_THAT(refusal({"--optimizer", "adam", "--history-precision", "bf16"}), support::contains("for L-BFGS only"));
  CHECK_THROWS_WITH(validate(transfer({"--content", "a", "--style", "b", "-o", "c", "--tile", "8"})),
                    support::contains("tile is 8"));
}

TEST_CASE("a dry run needs no output, and may stand behind any command", "[command_line]") {
  std::vector<std::string> arguments = {"--content", "a.jpg", "--style", "b.jpg", "--dry-run"};
  CHECK_NOTHROW(validate(transfer(arguments)));
  for (const char* option : {"--output=c.png", "--report=r.json", "--checkpoint=r.ckpt", "--checkpoint-every=5",
                             "--resume=r.ckpt", "--preview=l.png", "--save-every=5"}) {
    arguments.emplace_back(option);
  }
  CHECK_NOTHROW(validate(transfer(arguments)));
}

TEST_CASE("of an option given twice the last holds", "[command_line]") {
  CHECK(transfer({"--size", "1", "--size=2"}).stylize.schedule.size == 2);
}

TEST_CASE("a preset sets the objective, and explicit options win wherever they stand", "[command_line]") {
  const ObjectiveOptions gatys = ObjectiveOptions::preset(Preset::Gatys);
  const JobOptions plain = transfer({"--preset", "gatys"});
  CHECK(plain.stylize.objective.normalization == LossNormalization::Gatys);
  CHECK(plain.stylize.objective.style_weight == gatys.style_weight);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--preset", "gatys", "--style-weight", "77"},
        std::vector<std::string>{"--style-weight", "77", "--preset", "gatys"}}) {
    const JobOptions mixed = transfer(arguments);
    CHECK(mixed.preset == Preset::Gatys);
    CHECK(mixed.stylize.objective.style_weight == 77);
    CHECK(mixed.stylize.objective.content_weight == gatys.content_weight);
  }
}

TEST_CASE("the coarse style is 0.3, and all of it for textures and the presets of others", "[command_line]") {
  const auto coarse_style = [](const std::vector<std::string>& arguments) {
    return transfer(arguments).stylize.schedule.coarse_style;
  };
  CHECK(coarse_style({"--content", "a"}) == 0.3);
  CHECK(coarse_style({"--content", "a", "--preset", "styler"}) == 0.3);
  CHECK(coarse_style({"--style", "b", "--size", "64"}) == 1);
  for (const char* preset : {"neural-style", "gatys"}) {
    CHECK(coarse_style({"--content", "a", "--preset", preset}) == 1);
    CHECK(coarse_style({"--content", "a", "--coarse-style", "0.5", "--preset", preset}) == 0.5);
  }
}

TEST_CASE("several styles have shares and scales", "[command_line]") {
  const std::vector<std::string> two = {"--content", "c", "-o", "o", "--style", "a.jpg", "b, c.jpg"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), two.begin(), two.end());
    return more;
  };
  const JobOptions o = transfer(
      with({"--style-blend", "3,1", "--style-blend-by", "losses", "--style-scale", "1,0.5", "--preset", "gatys"}));
  CHECK((o.styles == std::vector<std::filesystem::path>{"a.jpg", "b, c.jpg"}));
  CHECK((o.style_shares == std::vector<double>{3, 1}));
  CHECK((o.style_scales == std::vector<double>{1, 0.5}));
  CHECK(o.stylize.objective.style_blend == StyleBlend::Losses);
  CHECK_NOTHROW(validate(o));
  CHECK(transfer(with({"--style", "d.jpg"})).styles.size() == 3);

  const JobOptions for_all = transfer(with({"--style-scale", "1,2", "--style-scale", "0.5"}));
  CHECK(for_all.style_scales.empty());
  CHECK(for_all.stylize.style_scale == 0.5);

  const auto wrong = [&](std::vector<std::string> more, const char* why) {
    CHECK_THROWS_WITH(validate(transfer(with(std::move(more)))), support::contains(why));
  };
  wrong({"--style-blend", "1,2,3"}, "--style-blend has 3 shares, but --style names 2 styles");
  wrong({"--style-blend", "-1,2"}, "style-blend is -1");
  wrong({"--style-blend", "0,0"}, "--style-blend is 0,0 but one of the shares must be above 0");
  wrong({"--style-blend", "1e308,1e308"}, "but the sum of the shares must be a number");
  wrong({"--style-scale", "1,2,3"}, "--style-scale has 3 numbers, but --style names 2 styles");
  wrong({"--style-scale", "1,0"}, "style-scale is 0");
  wrong({"--fine-style", "f.jpg"}, "--fine-style goes with one --style");
  CHECK_THAT(refusal({"--style-blend", "much"}), support::contains("--style-blend is 'much' but must be"));
  const std::vector<std::string> one = {"--content", "c", "-o", "o", "--style", "a.jpg"};
  const auto with_one = [&](std::vector<std::string> more) {
    more.insert(more.begin(), one.begin(), one.end());
    return transfer(more);
  };
  CHECK_THROWS_WITH(validate(with_one({"--style-blend", "1"})), support::contains("does nothing with one --style"));
  CHECK_THROWS_WITH(validate(with_one({"--fine-style", "f.jpg", "--style-layers", "relu3_1"})),
                    support::contains("names none of these"));
  CHECK_NOTHROW(validate(with_one({"--fine-style", "f.jpg"})));
}

TEST_CASE("a batch has one style for each picture", "[command_line]") {
  const auto batch = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"batch", "--content", "c", "--style", "s", "-o", "o"});
    return std::get<BatchOptions>(parse(more));
  };
  CHECK(batch({"--style-scale", "0.5"}).settings.stylize.style_scale == 0.5);
  CHECK(batch({"--strength", "0.25"}).settings.stylize.objective.strength == 0.25);
  CHECK_THROWS_WITH(batch({"--style-scale", "1,2"}).validate(), support::contains("--style-scale is 1,2 but must be"));
  CHECK_THAT(refusal({"batch", "--style-blend", "1,2"}), support::contains("--style-blend is not for a batch"));
}

TEST_CASE("checkpoints come by iterations or by time", "[command_line]") {
  const auto interval = [](const std::string& value) {
    return transfer({"--checkpoint", "x", "--checkpoint-every", value}).checkpoint_every;
  };
  CHECK(interval("50").iterations == 50);
  CHECK(interval("90s").seconds == 90);
  CHECK(interval("90s").iterations == 0);
  CHECK(interval("1h30m").seconds == 5400);
  for (const char* const text : {"50", "10m", "1.5s"}) {
    CHECK(checkpoint_interval_text(*parse_checkpoint_interval(text)) == text);
  }
  for (const char* const text : {"0", "-1", "1.5", "0s", "soon", "10x"}) {
    CHECK_FALSE(parse_checkpoint_interval(text).has_value());
  }
}

TEST_CASE("without content the result is a texture", "[command_line]") {
  const JobOptions square = transfer({"--style", "b.png", "-o", "c.png", "--size", "300"});
  CHECK(square.texture == Size{300, 300});
  CHECK(square.init == Init::Noise);
  CHECK(square.stylize.objective.content_layers.empty());
  CHECK_NOTHROW(square.validate());
  const JobOptions wide =
      transfer({"--style", "b.png", "-o", "c.png", "--size", "640x480", "--init", "start.png", "--tileable"});
  CHECK(wide.texture == Size{480, 640});
  CHECK(wide.stylize.schedule.size == 640);
  CHECK(wide.init == Init::Picture);
  CHECK(wide.stylize.schedule.tileable);
  CHECK_NOTHROW(wide.validate());
}

TEST_CASE("the commands for weights have options of their own", "[command_line]") {
  const auto install = std::get<WeightsInstall>(parse({"weights", "install", "--from", "x.h5", "--directory", "d"}));
  CHECK(install.from == "x.h5");
  CHECK(install.directory == "d");
  const auto import = std::get<WeightsImport>(parse({"weights", "import", "x.pth", "--convention", "caffe"}));
  CHECK(import.file == "x.pth");
  CHECK(import.convention == ConventionChoice::Caffe);
  CHECK(std::get<WeightsVerify>(parse({"weights", "verify", "w"})).file == "w");
  CHECK(std::holds_alternative<WeightsList>(parse({"weights", "list"})));
  CHECK_THAT(refusal({"weights"}), support::contains("install, import, verify or list"));
  CHECK_FALSE(refusal({}).empty());
}

TEST_CASE("the version names the libraries too", "[command_line]") {
  const std::string text = std::get<Answer>(parse({"--version"})).text;
  for (const char* name : {"styler ", "LibTorch ", "CUDA ", "OpenCV "}) CHECK_THAT(text, support::contains(name));
}

}  // namespace styler::app
