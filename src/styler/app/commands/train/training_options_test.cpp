#include <string>
#include <variant>
#include <vector>

#include "styler/app/commands/command_line.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

namespace styler::app {
namespace {

TrainingOptions training_asked_for(std::vector<std::string> more) {
  more.insert(more.begin(), {"train", "--content", "photos", "--style", "art.jpg", "-o", "art.styler"});
  return std::get<TrainingOptions>(parse(more));
}

std::string training_refusal(const std::vector<std::string>& more) {
  return support::message_of(ErrorCode::InvalidArgument, [&] { training_asked_for(more).validate(); });
}

}  // namespace

TEST_CASE("train's options reach their fields", "[training_options]") {
  const TrainingOptions o = training_asked_for({"--time",
                                                "10m",
                                                "--steps",
                                                "300",
                                                "--arch",
                                                "large",
                                                "--crop",
                                                "128",
                                                "--style-size",
                                                "384",
                                                "--learning-rate",
                                                "0.01",
                                                "--seed",
                                                "7",
                                                "--content-weight",
                                                "2",
                                                "--style-weight",
                                                "3",
                                                "--tv-weight",
                                                "0.5",
                                                "--style-layers",
                                                "relu1_1,relu2_1:0.5",
                                                "--style-loss",
                                                "gram-mean",
                                                "--adversarial",
                                                "lsgan",
                                                "--adversarial-weight",
                                                "0.25",
                                                "--held-out",
                                                "a.jpg",
                                                "b.jpg",
                                                "--from",
                                                "old.styler",
                                                "--threads",
                                                "3",
                                                "--memory-limit",
                                                "2G",
                                                "--report",
                                                "r.json",
                                                "--preview",
                                                "p.png",
                                                "--log-dir",
                                                "logs",
                                                "--checkpoint",
                                                "c",
                                                "--checkpoint-every",
                                                "50"});
  o.validate();
  CHECK(o.seconds == 600);
  CHECK(o.steps == 300);
  CHECK(o.training.width == GeneratorWidth::Large);
  CHECK(o.training.crop_edge == 128);
  CHECK(o.training.painting_edge == 384);
  CHECK(o.training.learning_rate == 0.01);
  CHECK(o.training.seed == 7);
  CHECK(o.training.objective.content_weight == 2);
  CHECK(o.training.objective.style_weight == 3);
  CHECK(o.training.objective.tv_weight == 0.5);
  CHECK(layers_text(o.training.objective.style_layers) == "relu1_1,relu2_1:0.5");
  CHECK(o.training.objective.style_loss == StyleLoss::GramMean);
  CHECK(o.training.adversarial == Adversarial::Lsgan);
  CHECK(o.training.adversarial_share == 0.25);
  CHECK(o.held_out.size() == 2);
  CHECK(o.from == "old.styler");
  CHECK(o.machine.device.threads == 3);
  CHECK(o.memory.limit_bytes == int64_t{2} << 30);
  CHECK(o.checkpoint_every.iterations == 50);
}

TEST_CASE("train's options of networks and steps reach their fields", "[training_options]") {
  const TrainOptions o = training_asked_for({"--batch-size", "4", "--optimizer", "sgd", "--l1-decay", "0.001",
                                             "--l2-decay", "0.02", "--norm", "batch", "--dropout", "0.1",
                                             "--adversarial", "hinge", "--discriminator", "features"})
                             .training;
  o.validate();
  CHECK(o.batch_size == 4);
  CHECK(o.optimizer == TrainingOptimizer::Sgd);
  CHECK(o.l1_decay == 0.001);
  CHECK(o.l2_decay == 0.02);
  CHECK(o.norm == GeneratorNorm::Batch);
  CHECK(o.dropout == 0.1);
  CHECK(o.sight == DiscriminatorSight::Features);
}

TEST_CASE("a training without limits takes a quarter of an hour", "[training_options]") {
  CHECK(training_asked_for({}).seconds == 900);
  CHECK(training_asked_for({"--steps", "10"}).seconds == 0);
}

TEST_CASE("a training without photos is one of textures, and refuses what needs photos", "[training_options]") {
  const auto refusal = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"train", "--style", "a.jpg", "-o", "t.styler"});
    return support::message_of(ErrorCode::InvalidArgument, [&] { std::get<TrainingOptions>(parse(more)).validate(); });
  };
  const auto texture = std::get<TrainingOptions>(parse({"train", "--style", "a.jpg", "-o", "t.styler"}));
  CHECK(texture.is_texture());
  CHECK(texture.training.objective.content_layers.empty());
  CHECK(texture.training.diversity_weight == TrainingOptions::kDefaultDiversity);
  CHECK(training_asked_for({}).training.diversity_weight == 0);
  CHECK_THAT(refusal({"--content-weight", "2"}), support::contains("--content-weight is about photos"));
  CHECK_THAT(refusal({"--held-out", "photos"}), support::contains("--held-out is about photos"));
  CHECK_THAT(refusal({"--with-strength"}), support::contains("scripts/get_photos.sh"));
  CHECK_THAT(refusal({"--adversarial", "hinge"}), support::contains("scripts/get_photos.sh"));
  CHECK_THAT(refusal({"--diversity", "-1"}), support::contains("--diversity is -1"));
  CHECK_THAT(training_refusal({"--diversity", "1"}), support::contains("--diversity is for textures"));
}

TEST_CASE("train says what is missing or wrong, and what to do", "[training_options]") {
  CHECK_THAT(training_refusal({"-o", "art.png"}), support::contains("must end in .styler"));
  CHECK_THAT(training_refusal({"--crop", "30"}), support::contains("--crop is 30 but must be a multiple of 4"));
  CHECK_THAT(training_refusal({"--style-size", "9"}), support::contains("--style-size is 9"));
  CHECK_THAT(training_refusal({"--steps", "0"}), support::contains("--steps is '0' but must be"));
  CHECK_THAT(training_refusal({"--time", "0"}), support::contains("--time is '0' but must be"));
  CHECK_THAT(training_refusal({"--learning-rate", "2"}), support::contains("--learning-rate is 2"));
  CHECK_THAT(training_refusal({"--adversarial-weight", "1"}), support::contains("does nothing without a game"));
  CHECK_THAT(training_refusal({"--discriminator", "features"}), support::contains("does nothing without a game"));
  CHECK_THAT(training_refusal({"--batch-size", "65"}), support::contains("--batch-size is 65"));
  CHECK_THAT(training_refusal({"--adversarial", "hinge", "--with-strength"}),
             support::contains("--adversarial is hinge but --with-strength learns every strength"));
  CHECK_THAT(training_refusal({"--dropout", "1"}), support::contains("--dropout is 1"));
}

}  // namespace styler::app
