#include "styler/train/training.hpp"

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/processes.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"
#include "support/training_states.hpp"

namespace styler {
namespace {

using support::same_state;
using support::TinyNetwork;

TrainOptions course_options() {
  TrainOptions options;
  options.width = GeneratorWidth::Tiny;
  options.objective = TinyNetwork::objective_options();
  options.crop_edge = 32;
  return options;
}

Trainer trainer_of(const FeatureExtractor& network, const TrainOptions& options) {
  const at::Tensor painting = support::picture({32, 40}, 77);
  return {network, options, {{{compute_style_targets(network, options.objective, {painting, {}})}}}};
}

TrainingMaterial course_material(bool with_broken = false) {
  TrainingMaterial material;
  material.photos.names = {"a", "b", "c"};
  material.photos.read = [with_broken](size_t index) {
    if (with_broken && index == 1) throw Error(ErrorCode::Input, "is broken");
    return support::picture({40, 48}, index).cpu();  // as it comes from a file
  };
  material.paintings.names = {"painting"};
  material.paintings.read = [](size_t) { return support::picture({40, 48}, 50).cpu(); };
  material.held_out = {support::picture({24, 32}, 20).cpu(), support::picture({30, 22}, 21).cpu()};
  material.crops = {.edge = 32, .seed = 5};
  return material;
}

/// The same with other numbers.
TrainingState rolled(TrainingState state) {
  for (const char* const name : {"average", "generator.weights"}) state.at(name) = state.at(name).roll(1);
  return state;
}

/// Counts what it is told, and stops after `most` steps.
class Witness : public TrainingObserver {
 public:
  explicit Witness(int64_t most = 1000) : most_(most) {}
  Control on_step(const TrainingEvent& event) override {
    ++steps;
    last = event.position;
    state = event.trainer.state();
    losses.push_back(event.step.loss.total);
    CHECK(event.progress >= 0);
    CHECK(event.progress <= 1);
    return steps >= most_ ? Control::Stop : Control::Continue;
  }
  void on_held_out(const HeldOutEvent& event) override {
    ++looks;
    const size_t styles = event.trainer.styles();
    REQUIRE(event.pictures.size() == styles * event.photos.size());
    for (size_t i = 0; i < event.pictures.size(); ++i) {
      CHECK(event.pictures[i].sizes() == event.photos[i / styles].sizes());
    }
  }
  void on_warning(const std::string& sentence) override { warnings.push_back(sentence); }

  int64_t steps = 0, looks = 0;
  TrainingPosition last;
  TrainingState state;
  std::vector<double> losses;
  std::vector<std::string> warnings;

 private:
  int64_t most_;
};

}  // namespace

TEST_CASE("a training makes its steps, is looked at in the end, and gets better", "[training]") {
  const TinyNetwork network;
  TrainOptions options = course_options();
  options.learning_rate = 2e-3;
  options.average_share = 0.1;
  Trainer trainer = trainer_of(network, options);
  const TrainingMaterial material = course_material();
  Witness witness;
  const TrainingSummary summary = train(trainer, material, {.steps = 60}, witness);
  CHECK(summary.end == TrainingEnd::Done);
  CHECK(summary.position.steps == 60);
  CHECK(witness.steps == 60);
  CHECK(witness.looks >= 1);
  REQUIRE(summary.held_out.size() == 2);
  double first = 0, last = 0;
  for (size_t i = 0; i < 10; ++i) {
    first += witness.losses[i];
    last += witness.losses[witness.losses.size() - 1 - i];
  }
  CHECK(last < 0.9 * first);
  CHECK(trainer.steps() == 60);
}

TEST_CASE("a training that is gone on from ends with the same bytes", "[training]") {
  const TinyNetwork network;
  TrainOptions options = course_options();
  options.adversarial = GENERATE(Adversarial::None, Adversarial::Hinge);
  options.adversarial_from = 0.2;
  options.discriminator_channels = 4;
  const TrainingMaterial material = course_material();
  Trainer whole = trainer_of(network, options);
  Witness nobody;
  train(whole, material, {.steps = 9}, nobody);

  Trainer stopped = trainer_of(network, options);
  Witness stopper(4);
  const TrainingSummary summary = train(stopped, material, {.steps = 9}, stopper);
  CHECK(summary.end == TrainingEnd::Stopped);
  CHECK(summary.position.steps == 4);
  Trainer resumed = trainer_of(network, options);
  resumed.restore(stopper.state);
  Witness rest;
  train(resumed, material, {.steps = 9}, rest, stopper.last);
  CHECK(rest.steps == 5);
  CHECK(same_state(resumed.state(), whole.state()));
}

TEST_CASE("a training ends when its time is over", "[training]") {
  const TinyNetwork network;
  Trainer trainer = trainer_of(network, course_options());
  Witness witness;
  const TrainingSummary summary = train(trainer, course_material(), {.seconds = 0.2}, witness);
  CHECK(summary.end == TrainingEnd::Done);
  CHECK(summary.position.seconds >= 0.2);
  CHECK(witness.steps >= 1);
}

TEST_CASE("photos that can't be read are left out of a training, and named", "[training]") {
  const TinyNetwork network;
  Trainer trainer = trainer_of(network, course_options());
  Witness witness;
  const TrainingSummary summary = train(trainer, course_material(/*with_broken=*/true), {.steps = 12}, witness);
  CHECK(summary.position.steps == 12);
  REQUIRE(summary.left_out.size() == 1);
  CHECK(summary.left_out[0] == "b: is broken");
}

TEST_CASE("a training whose numbers are not finite ends with what it had, and says so", "[training]") {
  const TinyNetwork network;
  TrainOptions options = course_options();
  options.objective.style_weight = 1e308;
  options.objective.content_weight = 1e308;
  options.objective.range_weight = 1e300;
  Trainer trainer = trainer_of(network, options);
  const TrainingState before = trainer.state();
  Witness witness;
  const TrainingSummary summary = train(trainer, course_material(), {.steps = 100}, witness);
  CHECK(summary.end == TrainingEnd::Diverged);
  CHECK(summary.position.steps == 20);
  CHECK(same_state(trainer.state(), before));
  REQUIRE(witness.warnings.size() == 1);
  CHECK_THAT(witness.warnings[0], support::contains("step 1 came to numbers that are not finite"));
}

TEST_CASE("a training of several styles looks at all of them, and gone on with is the same", "[training]") {
  const TinyNetwork network;
  TrainOptions options = course_options();
  options.batch_size = GENERATE(1, 3);
  const auto two_styles = [&] {
    std::vector<Trainer::StyleParts> styles;
    for (const uint64_t seed : {77, 78}) {
      const at::Tensor painting = support::picture({32, 40}, seed);
      styles.push_back({{compute_style_targets(network, options.objective, {painting, {}})}});
    }
    return styles;
  };
  class Looker : public TrainingObserver {
   public:
    void on_held_out(const HeldOutEvent& event) override { pictures = event.pictures.size(); }
    size_t pictures = 0;
  } looker;
  Trainer whole(network, options, two_styles());
  const TrainingMaterial material = course_material();
  CHECK(train(whole, material, {.steps = 12}, looker).held_out.size() == 2 * material.held_out.size());
  CHECK(looker.pictures == 2 * material.held_out.size());
  Trainer first(network, options, two_styles()), second(network, options, two_styles());
  Witness witness(7);
  train(first, material, {.steps = 12}, witness);
  second.restore(witness.state);
  train(second, material, {.steps = 12}, looker, witness.last);
  CHECK(same_state(second.state(), whole.state()));
}

TEST_CASE("each style is shown as often as another, half the time at other strengths, whatever the batch",
          "[training]") {
  const int64_t batch_size = GENERATE(1, 2, 4, 8);
  const size_t styles = GENERATE(1, 2, 3);
  constexpr int64_t kSteps = 1280;
  std::vector<int64_t> whole(styles), other(styles), most(styles);
  for (int64_t step = 0; step < kSteps; ++step) {
    const ShownStyle shown = shown_in_step(step, batch_size, styles, /*knows_strengths=*/true);
    REQUIRE(shown.style < styles);
    ++(shown.strength == 1 ? whole : other)[shown.style];
    if (shown.strength == support::Approx(kMostStrength)) ++most[shown.style];
    CHECK(shown_in_step(step, batch_size, styles, /*knows_strengths=*/false).strength == 1);
  }
  const int64_t share = kSteps / static_cast<int64_t>(2 * styles);
  for (size_t style = 0; style < styles; ++style) {
    CHECK(std::abs(whole[style] - share) < share / 10);
    CHECK(std::abs(other[style] - share) < share / 10);
    CHECK(std::abs(most[style] - share / 2) < share / 10);
  }
}

TEST_CASE("a trainer that begins with a generator has its pictures, and leaves it as it is", "[training]") {
  const TinyNetwork network;
  const TrainOptions options = course_options();
  Trainer first = trainer_of(network, options);
  Witness witness;
  train(first, course_material(), {.steps = 5}, witness);
  const StyledGenerator start = first.averaged();
  const at::Tensor photo = support::picture({24, 32}, 4);
  const at::Tensor painted = start.generator.run(photo);
  const at::Tensor targets = support::picture({32, 40}, 78);
  Trainer second(network, options, {{{compute_style_targets(network, options.objective, {targets, {}})}}}, &start);
  CHECK(at::equal(second.averaged().generator.run(photo), painted));
  train(second, course_material(), {.steps = 3}, witness);
  CHECK(at::equal(start.generator.run(photo), painted));
  CHECK_FALSE(at::equal(second.averaged().generator.run(photo), painted));
}

TEST_CASE("Two processes end where one with twice the batch does, and read half of the crops each", "[training]") {
  const TinyNetwork network;
  TrainOptions options = course_options();
  options.batch_size = 2;
  SECTION("plain") {}
  SECTION("Adam") { options.optimizer = TrainingOptimizer::Adam; }
  SECTION("a game") {
    options.adversarial = Adversarial::Hinge;
    options.adversarial_from = 2;  // it draws, each process for itself, but has no say yet
    options.discriminator_channels = 4;
  }
  const TrainingMaterial material = course_material();
  Trainer alone = trainer_of(network, options);
  Witness witness;
  train(alone, material, {.steps = 20}, witness);
  options.batch_size = 1;
  std::vector<TrainingState> states(2);
  std::vector<double> losses(2);
  std::vector<TrainingSummary> summaries(2);
  support::in_processes(2, [&](Collective& others) {
    const auto rank = static_cast<size_t>(others.rank());
    Trainer trainer = trainer_of(network, options);
    if (rank == 1) trainer.restore(rolled(trainer.state()));  // whatever it was, the first one's counts
    trainer.join(others);
    class Last : public TrainingObserver {
     public:
      Control on_step(const TrainingEvent& event) override {
        loss = event.step.loss.total;
        return Control::Continue;
      }
      double loss = 0;
    } last;
    summaries[rank] = train(trainer, material, {.steps = 20}, last);
    states[rank] = trainer.state();
    states[rank].erase("random");  // each draws for itself
    losses[rank] = last.loss;
  });
  CHECK(same_state(states[0], states[1]));
  CHECK(losses[0] == support::Approx(witness.losses.back()).epsilon(1e-4));
  CHECK(losses[1] == losses[0]);
  for (const char* const name : {"average", "generator.weights"}) {
    CHECK((states[0].at(name) - alone.state().at(name)).abs().max().item<double>() < 1e-4);
  }
  CHECK(summaries[0].held_out.size() == 2);
  CHECK(summaries[1].held_out.empty());
  CHECK(summaries[0].position.steps == 20);
  CHECK(summaries[1].position.seconds == summaries[0].position.seconds);
}

TEST_CASE("Processes go on to the same bytes, whatever their options", "[training]") {
  const TinyNetwork network;
  TrainOptions options = course_options();
  options.norm = GENERATE(GeneratorNorm::Instance, GeneratorNorm::Batch);
  options.dropout = 0.1;
  options.adversarial = Adversarial::Bce;
  options.adversarial_from = 0;
  options.discriminator_channels = 4;
  const TrainingMaterial material = course_material();
  const auto gone = [&](const TrainingState* state, int64_t from, int64_t steps) {
    std::vector<TrainingState> states(2);
    support::in_processes(2, [&](Collective& others) {
      Trainer trainer = trainer_of(network, options);
      if (state != nullptr) trainer.restore(*state);
      trainer.join(others);
      TrainingObserver nobody;
      train(trainer, material, {.steps = steps}, nobody, {from, 0});
      states[static_cast<size_t>(others.rank())] = trainer.state();
    });
    return states.front();
  };
  const TrainingState whole = gone(nullptr, 0, 6), halfway = gone(nullptr, 0, 3);
  // The rate of learning goes by how much is over, of which a training to step 3 has another idea.
  CHECK_FALSE(same_state(whole, halfway));
  const TrainingState first = gone(&halfway, 3, 6), second = gone(&halfway, 3, 6);
  CHECK(same_state(first, second));
}

TEST_CASE("When one of several processes is told to stop, all do after the same step", "[training]") {
  const TinyNetwork network;
  const TrainOptions options = course_options();
  const TrainingMaterial material = course_material();
  std::vector<TrainingSummary> summaries(3);
  std::vector<bool> told(3);
  support::in_processes(3, [&](Collective& others) {
    const auto rank = static_cast<size_t>(others.rank());
    Trainer trainer = trainer_of(network, options);
    trainer.join(others);
    class Stopping : public TrainingObserver {
     public:
      explicit Stopping(int64_t most) : most_(most) {}
      Control on_step(const TrainingEvent& event) override {
        stops = event.stops;
        return event.position.steps == most_ ? Control::Stop : Control::Continue;
      }
      bool stops = false;

     private:
      int64_t most_;
    } stopping(rank == 1 ? 3 : 1000);
    summaries[rank] = train(trainer, material, {.steps = 50}, stopping);
    told[rank] = stopping.stops;
  });
  for (size_t rank = 0; rank < 3; ++rank) {
    CHECK(summaries[rank].end == TrainingEnd::Stopped);
    CHECK(summaries[rank].position.steps == 4);
    CHECK(told[rank]);
  }
}

}  // namespace styler
