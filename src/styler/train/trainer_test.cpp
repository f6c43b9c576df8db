#include "styler/train/trainer.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"
#include "support/training_states.hpp"
#include "support/workbench.hpp"

namespace styler {
namespace {

using support::same_state;
using support::TinyNetwork;

TrainOptions training_options() {
  TrainOptions options;
  options.width = GeneratorWidth::Tiny;
  options.objective = TinyNetwork::objective_options();
  options.learning_rate = 2e-3;  // beyond which single steps are a matter of chance, and of LibTorch's rounding
  options.average_share = 0.1;
  options.seed = 3;
  return options;
}

at::Tensor striped() {
  const at::Tensor stripes =
      at::arange(40, support::on_device(at::kFloat)).view({1, 1, 1, 40}).div(2).floor().remainder(2);
  return at::cat({stripes, 1 - stripes, stripes * 0.5}, 1).expand({1, 3, 32, 40}).contiguous();
}

Trainer::StyleParts parts_of(const FeatureExtractor& network, const at::Tensor& painting) {
  return {{compute_style_targets(network, TinyNetwork::objective_options(), {painting, {}})}};
}

std::vector<Trainer::StyleParts> one_painting(const FeatureExtractor& network) {
  return {parts_of(network, striped())};
}

/// Stripes, and the same on their side in other colours.
std::vector<Trainer::StyleParts> two_paintings(const FeatureExtractor& network) {
  return {parts_of(network, striped()), parts_of(network, 1 - striped().transpose(2, 3).contiguous() * 0.7)};
}

at::Tensor crop(uint64_t seed) { return support::picture({24, 32}, seed); }

/// Of the averaged generator's picture of a photo that it is not trained on.
double loss_on(const Trainer& trainer, const at::Tensor& photo) {
  const at::NoGradGuard no_grad;
  return trainer.loss_of(photo, trainer.averaged().generator.run(photo).clamp_(0, 1)).total;
}

}  // namespace

TEST_CASE("Training brings the loss down, on photos that it has not seen too", "[trainer]") {
  const TinyNetwork network;
  Trainer trainer(network, training_options(), one_painting(network));
  const double before = loss_on(trainer, crop(0)), before_elsewhere = loss_on(trainer, crop(100));
  for (uint64_t i = 0; i < 48; ++i) trainer.step(crop(i % 4), {}, 0);
  CHECK(loss_on(trainer, crop(0)) < 0.7 * before);
  CHECK(loss_on(trainer, crop(100)) < 0.7 * before_elsewhere);
  CHECK(trainer.steps() == 48);
}

TEST_CASE("A training that is restored goes on to the same bytes, whatever its options", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  SECTION("plain") {}
  SECTION("batches") { options.batch_size = 2; }
  SECTION("Adam") { options.optimizer = TrainingOptimizer::Adam; }
  SECTION("descent") { options.optimizer = TrainingOptimizer::Sgd; }
  SECTION("decay") { options.l1_decay = options.l2_decay = 0.1; }
  SECTION("batch norm") {
    options.norm = GeneratorNorm::Batch;
    options.batch_size = 2;
  }
  SECTION("dropout") { options.dropout = 0.2; }
  SECTION("against flicker") { options.stable = true; }
  SECTION("a discriminator of features") {
    options.adversarial = Adversarial::Hinge;
    options.sight = DiscriminatorSight::Features;
    options.adversarial_from = 0;
    options.discriminator_channels = 4;
  }
  const auto go = [&](Trainer& trainer, uint64_t from, uint64_t to) {
    for (uint64_t i = from; i < to; ++i) {
      const Lesson first = trainer.lesson(crop(i)), second = trainer.lesson(crop(i + 10));
      const std::vector<const Lesson*> both = {&first, &second};
      const bool is_batch = options.batch_size == 2;
      CHECK(trainer.step(is_batch ? both : std::vector<const Lesson*>{&first}, striped(), 0.1).taken);
    }
  };
  Trainer whole(network, options, one_painting(network));
  go(whole, 0, 3);
  const TrainingState halfway = whole.state();
  go(whole, 3, 6);
  options.seed = 99;  // whose weights are replaced
  Trainer resumed(network, options, one_painting(network));
  resumed.restore(halfway);
  go(resumed, 3, 6);
  CHECK(same_state(resumed.state(), whole.state()));
  CHECK_FALSE(same_state(halfway, whole.state()));
}

TEST_CASE("A batch of one photo twice is a step on that photo", "[trainer]") {
  const TinyNetwork network;
  Trainer single(network, training_options(), one_painting(network));
  TrainOptions options = training_options();
  options.batch_size = 2;
  Trainer twice(network, options, one_painting(network));
  const Lesson lesson = single.lesson(crop(1));
  const TrainingStep of_one = single.step({&lesson}, {}, 0);
  const TrainingStep of_two = twice.step({&lesson, &lesson}, {}, 0);
  CHECK(of_two.loss.total == support::Approx(of_one.loss.total));
  CHECK(of_two.gradient_norm == support::Approx(of_one.gradient_norm).epsilon(1e-4));
}

TEST_CASE("Training brings the loss down with either norm, dropout and any optimizer", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  options.norm = GENERATE(GeneratorNorm::Instance, GeneratorNorm::Batch);
  options.optimizer = GENERATE(TrainingOptimizer::Muon, TrainingOptimizer::Adam, TrainingOptimizer::Sgd);
  if (options.optimizer == TrainingOptimizer::Sgd) options.learning_rate = 1e-3;
  options.dropout = 0.02;
  Trainer trainer(network, options, one_painting(network));
  const double before = loss_on(trainer, crop(100));
  for (uint64_t i = 0; i <= 60; ++i) trainer.step(crop(i % 4), {}, 0);
  CHECK(loss_on(trainer, crop(100)) < 0.7 * before);
}

TEST_CASE("A step to a loss that is no number is not taken", "[trainer]") {
  const TinyNetwork network;
  Trainer trainer(network, training_options(), one_painting(network));
  trainer.step(crop(0), {}, 0);
  const TrainingState before = trainer.state();
  at::Tensor broken = crop(1).clone();
  broken.fill_(INFINITY);
  const TrainingStep step = trainer.step(broken, {}, 0);
  CHECK_FALSE(step.taken);
  CHECK(same_state(trainer.state(), before));
  CHECK(trainer.step(crop(2), {}, 0).taken);
}

TEST_CASE("The average begins at the weights and follows them", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  Trainer trainer(network, options, one_painting(network));
  for (uint64_t i = 0; i < 10; ++i) trainer.step(crop(i), {}, 0);
  const TrainingState state = trainer.state();
  const Generator start(options.width, options.seed);
  double from_start = 0, from_weights = 0;
  int64_t first = 0;
  for (const auto& [name, tensor] : start.parameters()) {
    const at::Tensor average = state.at("average").narrow(0, first, tensor.numel());
    from_start += (average - tensor.to(support::test_device()).reshape({-1})).square().sum().item<double>();
    from_weights +=
        (average - state.at("generator.weights").narrow(0, first, tensor.numel())).square().sum().item<double>();
    first += tensor.numel();
  }
  CHECK(from_start > 0);
  CHECK(from_weights > 0);
  CHECK(from_weights < from_start);
}

TEST_CASE("The learning rate decides how far a step goes, and falls towards the end", "[trainer]") {
  const TinyNetwork network;
  const auto step_length = [&](double progress) {
    TrainOptions options = training_options();
    options.warm_up_steps = 0;
    Trainer trainer(network, options, one_painting(network));
    const at::Tensor before = trainer.state().at("generator.weights");
    trainer.step(crop(0), {}, progress);
    return (trainer.state().at("generator.weights") - before).norm().item<double>();
  };
  const double full = step_length(0);
  CHECK(step_length(0.5) == support::Approx(full / 2).epsilon(0.05));
  CHECK(step_length(1) < full / 100);
}

TEST_CASE("A learning rate below the least that steps fall to is taken as it is", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  options.learning_rate = 1e-7;
  CHECK_NOTHROW(options.validate());
  const Trainer trainer(network, options, one_painting(network));
  CHECK(trainer.learning_rate(0) == 1e-7);
  CHECK(trainer.learning_rate(1) == 1e-7);
}

TEST_CASE("In the game the discriminator learns, and then the generator listens to it", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  options.adversarial = GENERATE(Adversarial::Hinge, Adversarial::Lsgan, Adversarial::Bce);
  options.sight = GENERATE(DiscriminatorSight::Pixels, DiscriminatorSight::Features);
  options.adversarial_from = 0.25;
  options.discriminator_channels = 4;
  options.discriminator_learning_rate = 5e-3;
  Trainer trainer(network, options, one_painting(network));
  CHECK(trainer.step(crop(0), striped(), 0.1).discriminator_loss == 0);
  double most_weight = 0;
  for (uint64_t i = 1; i <= 60; ++i) {
    const TrainingStep step = trainer.step(crop(i % 4), striped(), 0.3);
    CHECK(step.taken);
    CHECK(step.discriminator_loss >= 0);
    most_weight = std::max(most_weight, step.adversarial_weight);
  }
  CHECK(trainer.win_rate() > 0.53);
  CHECK(most_weight > 0);
}

TEST_CASE("A game that is restored goes on to the same bytes", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  options.adversarial = Adversarial::Hinge;
  options.adversarial_from = 0;
  options.discriminator_channels = 4;
  Trainer whole(network, options, one_painting(network));
  for (uint64_t i = 0; i < 8; ++i) whole.step(crop(i), striped(), 0.5);
  const TrainingState halfway = whole.state();
  for (uint64_t i = 8; i < 12; ++i) whole.step(crop(i), striped(), 0.5);
  Trainer resumed(network, options, one_painting(network));
  resumed.restore(halfway);
  for (uint64_t i = 8; i < 12; ++i) resumed.step(crop(i), striped(), 0.5);
  CHECK(same_state(resumed.state(), whole.state()));
}

TEST_CASE("Each of several styles comes nearer to its own painting than the other does", "[trainer]") {
  const TinyNetwork network;
  Trainer trainer(network, training_options(), two_paintings(network));
  CHECK(trainer.styles() == 2);
  for (uint64_t i = 0; i < 96; ++i) {
    const Lesson lesson = trainer.lesson(crop(i % 4), {i % 2});
    CHECK(trainer.step({&lesson}, {}, 0).taken);
  }
  const at::NoGradGuard no_grad;
  const StyledGenerator averaged = trainer.averaged();
  REQUIRE(averaged.count() == 2);
  const at::Tensor first = averaged.painter({1, 0}).run(crop(100)), second = averaged.painter({0, 1}).run(crop(100));
  CHECK(trainer.loss_of(crop(100), first, 0).total < trainer.loss_of(crop(100), second, 0).total);
  CHECK(trainer.loss_of(crop(100), second, 1).total < trainer.loss_of(crop(100), first, 1).total);
}

TEST_CASE("A step on one style leaves the other's numbers and averages as they are", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  options.optimizer = GENERATE(TrainingOptimizer::Muon, TrainingOptimizer::Adam, TrainingOptimizer::Sgd);
  Trainer trainer(network, options, two_paintings(network));
  const Lesson first = trainer.lesson(crop(1), {0}), second = trainer.lesson(crop(2), {1});
  trainer.step({&first}, {}, 0);
  const int64_t numbers = trainer.averaged().row(0).numel();
  const TrainingState before = trainer.state();
  trainer.step({&second}, {}, 0);
  const TrainingState after = trainer.state();
  for (const auto& [name, tensor] : before) {
    if (!name.starts_with("generator.") || tensor.numel() < 2 * numbers) continue;
    const auto of_style = [&](const at::Tensor& all, int64_t from_end) {
      return all.narrow(0, all.numel() - from_end * numbers, numbers);
    };
    CHECK(at::equal(of_style(after.at(name), 2), of_style(tensor, 2)));
    CHECK_FALSE(at::equal(of_style(after.at(name), 1), of_style(tensor, 1)));
  }
}

TEST_CASE("Several styles that are restored go on to the same bytes, by either path", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  options.dropout = GENERATE(0.0, 0.2);  // with which LibTorch learns alone
  const auto go = [&](Trainer& trainer, uint64_t from, uint64_t to) {
    for (uint64_t i = from; i < to; ++i) {
      const Lesson lesson = trainer.lesson(crop(i), {i % 2});
      trainer.step({&lesson}, {}, 0.1);
    }
  };
  Trainer whole(network, options, two_paintings(network));
  go(whole, 0, 3);
  const TrainingState halfway = whole.state();
  go(whole, 3, 6);
  options.seed = 99;  // whose weights are replaced
  Trainer resumed(network, options, two_paintings(network));
  resumed.restore(halfway);
  go(resumed, 3, 6);
  CHECK(same_state(resumed.state(), whole.state()));
}

TEST_CASE("A style that is added learns, and all that was there before stays to the bit", "[trainer]") {
  const TinyNetwork network;
  Trainer first(network, training_options(), one_painting(network));
  for (uint64_t i = 0; i < 24; ++i) first.step(crop(i % 4), {}, 0);
  StyledGenerator start = first.averaged();
  start.more.push_back(start.row(0));
  Trainer trainer(network, training_options(), {two_paintings(network).back()}, &start);
  CHECK(trainer.styles() == 1);
  const Trainer of_all(network, training_options(), one_painting(network));
  CHECK(trainer.learning_rate(0) == 50 * of_all.learning_rate(0));  // a row alone goes further
  const at::Tensor before = start.painter({0, 1}).run(crop(100));
  for (uint64_t i = 0; i < 48; ++i) CHECK(trainer.step(crop(i % 4), {}, 0).taken);
  const at::NoGradGuard no_grad;
  const StyledGenerator averaged = trainer.averaged();
  REQUIRE(averaged.count() == 2);
  CHECK(at::equal(averaged.painter({1, 0}).run(crop(100)), start.painter({1, 0}).run(crop(100))));
  const double learnt = trainer.loss_of(crop(100), averaged.painter({0, 1}).run(crop(100))).total;
  CHECK(learnt < 0.9 * trainer.loss_of(crop(100), before).total);
}

TEST_CASE("Of a generator that is trained for all strengths, more strength is nearer to the painting", "[trainer]") {
  const TinyNetwork network;
  const TrainOptions options = training_options();
  StyledGenerator start{Generator(options.width, options.seed, options.norm), {}};
  start.calm = calm_row(start.generator);
  Trainer trainer(network, options, one_painting(network), &start);
  CHECK(trainer.knows_strengths());
  for (uint64_t i = 0; i < 120; ++i) {
    const Lesson lesson = trainer.lesson(crop(i % 4), {0, i % 2 == 0 ? 1 : 0.1 + 0.01 * static_cast<double>(i % 100)});
    CHECK(trainer.step({&lesson}, {}, 0).taken);
  }
  const at::NoGradGuard no_grad;
  const StyledGenerator averaged = trainer.averaged();
  REQUIRE(averaged.calm.defined());
  CHECK_FALSE(at::equal(averaged.calm, calm_row(averaged.generator)));
  double before = 0;
  for (const double strength : {0.0, 0.3, 0.6, 1.0}) {
    const at::Tensor picture = averaged.painter({}, strength).run(crop(100));
    if (strength == 0) CHECK((picture - crop(100)).abs().max().item<double>() < 0.0021);
    const double style = trainer.loss_of(crop(100), picture).style;
    if (strength > 0) CHECK(style < before);
    before = style;
  }
}

TEST_CASE("Strengths that are restored go on to the same bytes", "[trainer]") {
  const TinyNetwork network;
  TrainOptions options = training_options();
  StyledGenerator start{Generator(options.width, 1, options.norm), {}};
  start.calm = calm_row(start.generator);
  const auto go = [&](Trainer& trainer, uint64_t from, uint64_t to) {
    for (uint64_t i = from; i < to; ++i) {
      const Lesson lesson = trainer.lesson(crop(i), {0, i % 2 == 0 ? 1 : 0.4});
      trainer.step({&lesson}, {}, 0.1);
    }
  };
  Trainer whole(network, options, one_painting(network), &start);
  go(whole, 0, 3);
  const TrainingState halfway = whole.state();
  go(whole, 3, 6);
  Trainer resumed(network, options, one_painting(network), &start);
  resumed.restore(halfway);
  go(resumed, 3, 6);
  CHECK(same_state(resumed.state(), whole.state()));
}

TEST_CASE("A state that is no trainer's is refused, and changes nothing", "[trainer]") {
  const TinyNetwork network;
  Trainer trainer(network, training_options(), one_painting(network));
  trainer.step(crop(0), {}, 0);
  TrainingState state = trainer.state();
  std::string told;
  SECTION("a part is missing") {
    state.erase("average");
    told = "there is no tensor 'average'";
  }
  SECTION("of another generator") {
    state["generator.adam.mean"] = at::zeros({7}, support::on_device());
    told = "'generator.adam.mean' is [7] but must be";
  }
  SECTION("not finite") {
    state["generator.weights"][4] = NAN;
    told = "'generator.weights' holds a number that is not finite";
  }
  SECTION("squares below 0") {
    state["generator.adam.square"][0] = -1;
    told = "'generator.adam.square' holds a number below 0";
  }
  SECTION("steps below 0") {
    state["generator.steps"][0] = -3;
    told = "'generator.steps' is -3";
  }
  const TrainingState before = trainer.state();
  const std::string message = support::message_of(ErrorCode::InvalidArgument, [&] { trainer.restore(state); });
  CHECK(message.find(told) != std::string::npos);
  CHECK(same_state(trainer.state(), before));
}

}  // namespace styler
