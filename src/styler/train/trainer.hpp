#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "styler/core/generator/fast_generator.hpp"
#include "styler/core/generator/styles.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/network/features.hpp"
#include "styler/options/train/train_options.hpp"
#include "styler/train/discriminator.hpp"
#include "styler/train/learnt_styles.hpp"
#include "styler/train/parameter_steps.hpp"
#include "styler/train/processes/collective.hpp"

namespace styler {

/// What became of one step.
struct TrainingStep {
  LossBreakdown loss;             ///< Of the picture that the generator made before the step.
  double discriminator_loss = 0;  ///< 0 while there is no game.
  double adversarial_weight =
      0;                     ///< By which the game's gradient was multiplied; 0 while the generator doesn't listen.
  double flicker = 0;        ///< Of a disturbed photo's picture beside the photo's; 0 where nobody asks.
  double gradient_norm = 0;  ///< Of all the generator's parameters together, before it is shortened.
  /// Whether the parameters moved: they stay where a loss or gradient is not finite.
  bool taken = false;
};

/// What processes that train together tell each other beside their gradients.
struct StepNews {
  double stops = 0;    ///< How many were told to stop.
  double seconds = 0;  ///< By the first one's clock, which counts for all.
};

/// A photo to learn from in one of the styles and strengths, and what was found out about it: a third of what a step on
/// it takes.
struct Lesson {
  at::Tensor photo;
  ShownStyle shown;
  std::unique_ptr<const Objective> objective;
};

/// Trains a generator, a few photos at a time, on the optimiser's own objective (Johnson et al. 2016): the gradient of
/// the loss with respect to its picture is written out there, and goes on through the generator to the optimizer: by
/// FastGenerator in the network's precision where it knows the generator, otherwise by autograd. In the game, that of
/// the discriminator is added to it. Of several styles a step is of one.
class Trainer {
 public:
  /// What a style's pictures are to meet: the shares are as in Objective.
  using StyleParts = std::vector<StylePart>;

  /// \param network  taps at least options.objective.layers(); must outlive the trainer.
  /// \param styles   one or more; more than one only with instance norm and without a game.
  /// \param start    where to begin, of the options' width and norm, so that it is soon where another painting's
  ///                 generator was; copied to the network's device. Its last styles are those to learn; others, and
  ///                 the weights then, stay as they are. nullptr: with the weights of options.seed.
  Trainer(const FeatureExtractor& network, TrainOptions options, std::vector<StyleParts> styles,
          const StyledGenerator* start = nullptr);

  /// \param photo  [1, 3, H, W], the generator's type, on any device; edges as Generator::run wants them and at least
  ///               the network's min_edge().
  /// \param shown  at strengths other than 1 the style counts as style_weight_at() says.
  Lesson lesson(const at::Tensor& photo, const ShownStyle& shown = {}) const;

  /// Trains with other processes from here on, each of which makes the same steps on photos of its own: their gradients
  /// are averaged, as a batch's are, and what is learnt is that of the first process.
  /// \param others  must outlive the trainer; of one process: it stays alone.
  /// \throws Error{Device}
  void join(Collective& others);
  /// 1 without others.
  int processes() const { return others_ == nullptr ? 1 : others_->count(); }
  /// 0 without others.
  int process() const { return others_ == nullptr ? 0 : others_->rank(); }

  /// One step of the optimizer. With other processes what is told of it is the mean over all.
  /// \param lessons    as many as the options' batch has, of one size, style and strength.
  /// \param paintings  [N, 3, H, W], parts of paintings for the discriminator, the same type, edges at least
  ///                   least_edge(). Undefined where there is no game.
  /// \param progress   0 … 1, how much of the training is over: decides the learning rate, and when the game begins.
  /// \param news       of this process, and then of all; without others it stays as it is.
  /// \throws Error{Device}
  TrainingStep step(const std::vector<const Lesson*>& lessons, const at::Tensor& paintings, double progress,
                    StepNews* news = nullptr);
  /// The same on a photo that is used once.
  TrainingStep step(const at::Tensor& photo, const at::Tensor& painting, double progress) {
    const Lesson once = lesson(photo);
    return step({&once}, painting, progress);
  }

  /// What it is trained on, of a picture that was made of a photo.
  LossBreakdown loss_of(const at::Tensor& photo, const at::Tensor& picture, size_t style = 0) const;

  /// The average of its weights over the steps, a copy; with the styles that stay before those that it learns.
  StyledGenerator averaged() const;
  /// Whether it learns all strengths of them, and not 1 alone.
  bool knows_strengths() const { return learnt_.knows_strengths(); }
  /// How many styles it learns.
  size_t styles() const { return styles_.size(); }

  const TrainOptions& options() const { return options_; }
  /// The shortest edge of a photo that it can learn from; a multiple of Generator::kUnit.
  int64_t least_edge() const;
  /// Whether there is a discriminator.
  bool plays() const { return game_.has_value(); }
  /// Of a step at this point, 0 … 1, of the training.
  double learning_rate(double progress) const;
  int64_t steps() const { return steps_.steps(); }
  double win_rate() const { return wins_.rate(); }

  /// Steps from an equal state with equal photos and threads give equal bytes on the CPU.
  TrainingState state() const;

  /// \throws Error{InvalidArgument} that names what is missing or of another shape in a state that is not from a
  ///         trainer of these options; then nothing has changed.
  void restore(const TrainingState& state);

 private:
  struct Game {
    Discriminator discriminator;
    ParameterSteps steps;
  };

  /// The generator's pictures, from which gradients_of() can go back.
  at::Tensor pictured(const at::Tensor& photos);
  /// The gradients of what is learnt in a row; undefined if one of autograd's numbers is not finite.
  at::Tensor gradients_of(const at::Tensor& pictures, const at::Tensor& gradient, const ShownStyle& shown);
  /// The discriminator's turn, and what it tells of the pictures.
  /// \returns the gradient with respect to the pictures, weighed against `perceptual`; undefined where it has no say.
  at::Tensor play(Game& game, const at::Tensor& photos, const at::Tensor& pictures, const at::Tensor& paintings,
                  const at::Tensor& perceptual, TrainingStep& step);
  /// Replaces them by their means over all processes, if there are others. Gradients that are undefined, since a number
  /// of theirs is not finite, are then no numbers in all of them.
  void average_with_others(at::Tensor& gradients, int64_t count, TrainingStep& step, StepNews* news);
  /// Has this process have the numbers of the first, which other processors may have rounded otherwise.
  void take_from_first_process();
  /// What painting a disturbed photo otherwise adds to the gradients; undefined if a number is not finite.
  at::Tensor gradients_against_flicker(const at::Tensor& photos, const at::Tensor& pictures, const ShownStyle& shown,
                                       TrainingStep& step);
  /// What goes along with the discriminator's parameters.
  static NamedTensors of_game(const Game& game);
  /// Whether anything is drawn at random in a step.
  bool draws() const { return game_.has_value() || options_.dropout > 0 || options_.stable; }

  const FeatureExtractor& network_;
  TrainOptions options_;
  std::vector<StyleParts> styles_;
  LearntStyles learnt_;
  ParameterSteps steps_;
  std::unique_ptr<FastGenerator> fast_;  ///< Of learnt_.generator(); none where only LibTorch can.
  at::Tensor average_;                   ///< Of all that is learnt in a row.
  NormStatistics found_;                 ///< By batch norms, of the pictures of this step.
  std::optional<Game> game_;
  WinRate wins_;
  Collective* others_ = nullptr;
  at::Generator random_;  ///< Of what the discriminator is shown, of dropout and disturbances.
};

}  // namespace styler
