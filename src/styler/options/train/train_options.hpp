#pragma once

#include <cstdint>

#include "styler/options/objective_options.hpp"
#include "styler/options/train/generator_options.hpp"

namespace styler {

/// The game that a discriminator plays with the generator.
enum class Adversarial {
  None,   ///< There is no discriminator.
  Hinge,  ///< Lim & Ye 2017, "Geometric GAN".
  Lsgan,  ///< Least squares (Mao et al. 2017), towards 0.9 and 0.1 as AnimeGANv3 has it.
  Bce,    ///< Binary cross-entropy of logits, as in the first of these games (Goodfellow et al. 2014).
};

inline constexpr Names<Adversarial, 4> kAdversarials{{{{Adversarial::None, "none"},
                                                       {Adversarial::Hinge, "hinge"},
                                                       {Adversarial::Lsgan, "lsgan"},
                                                       {Adversarial::Bce, "bce"}}}};

/// What the discriminator looks at.
enum class DiscriminatorSight {
  Pixels,    ///< The picture: a small patch of it for each logit.
  Features,  ///< What VGG19 makes of it (Sungatullina et al. 2018, "Image Manipulation with Perceptual
             ///< Discriminators").
};

inline constexpr Names<DiscriminatorSight, 2> kDiscriminatorSights{
    {{{DiscriminatorSight::Pixels, "pixels"}, {DiscriminatorSight::Features, "features"}}}};

/// What turns gradients into steps.
enum class TrainingOptimizer {
  Muon,  ///< Jordan et al. 2024 for convolutions: steps as long along each direction of a weight's matrix. Adam for
         ///< norms and colours.
  Adam,  ///< Kingma & Ba 2015.
  Sgd,   ///< Stochastic gradient descent, with a momentum of 0.9.
};

inline constexpr Names<TrainingOptimizer, 3> kTrainingOptimizers{
    {{{TrainingOptimizer::Muon, "muon"}, {TrainingOptimizer::Adam, "adam"}, {TrainingOptimizer::Sgd, "sgd"}}}};

/// The most photos that a step can learn from.
inline constexpr int64_t kMostBatchSize = 64;

/// How a generator is trained.
struct TrainOptions {
  GeneratorWidth width = GeneratorWidth::Small;
  GeneratorNorm norm = GeneratorNorm::Instance;
  /// How much of what a residual block's first half puts out is blanked while it learns.
  double dropout = 0;
  /// What its pictures are to come near.
  ObjectiveOptions objective = objective_to_learn();
  /// Photos that a step learns from; their gradients are averaged.
  int64_t batch_size = 1;
  TrainingOptimizer optimizer = TrainingOptimizer::Muon;
  /// By how much the generator's convolutions become smaller at each step, beside what gradients say and in proportion
  /// to the learning rate: by a share of themselves (L2; Loshchilov & Hutter 2019, "Decoupled Weight Decay
  /// Regularization"), and by an amount that is the same for all and stops at 0 (L1).
  double l2_decay = 0, l1_decay = 0;
  /// The step size at its largest: it rises over the first `warm_up_steps` and falls along half a cosine to
  /// `least_learning_rate`, or what is less, at the end. Gradients are of the loss's logarithm, whatever photo and
  /// painting.
  double learning_rate = 2e-3;
  double least_learning_rate = 1e-5;
  int64_t warm_up_steps = 20;
  /// Of the average of weights over steps, which is what is kept: each step it goes this share of the way from the
  /// average to the new weights, and more in the first steps, (1 + n) / (10 + n) of it staying after step n.
  double average_share = 0.002;
  /// A gradient longer than this is shortened to it: a crop of nothing but sky can be off by a hundred times the usual.
  double most_gradient = 10.0;
  Adversarial adversarial = Adversarial::None;
  /// The length of the game's gradient, in those of the perceptual losses'.
  double adversarial_share = 0.5;
  /// How much of the training is over when the game begins: before, a discriminator sees the photo's forms missing.
  double adversarial_from = 0.3;
  DiscriminatorSight sight = DiscriminatorSight::Pixels;
  double discriminator_learning_rate = 2e-4;
  int64_t discriminator_channels = 32;
  /// Whether a photo that is disturbed as frames of a film are is to be painted like the photo, which takes a second
  /// picture in every step.
  bool stable = false;
  /// Of textures: how much it counts that a picture's parts differ as much as the painting's, as variety_of() tells it,
  /// beside the logarithm of the loss. What it is to come to; above that there is nothing more to gain.
  double diversity_weight = 0, diversity_goal = 0;
  /// Of the squares of photos that are learnt from, in pixels; a multiple of 4.
  int64_t crop_edge = 256;
  /// How much of the training goes by quarters of crops, whose steps take a third of the time: what is learnt first,
  /// colours and strokes, shows in them as well.
  double quartered_share = 0.5;
  /// The long edge at which the paintings are looked at: strokes are as large in a photo of that size. None is
  /// enlarged.
  int64_t painting_edge = 512;
  uint64_t seed = 0;  ///< Of the first weights, and of which crops are taken.

  /// The optimiser's with a fifth of its style weight, so that content and the mean of the layers' style errors are as
  /// 1 to 5. A generator comes less near to both than the optimiser, and to the content later: with all of the weight
  /// the photo's forms can hardly be made out after 4,500 steps, by eye and on six photos.
  static ObjectiveOptions objective_to_learn();

  /// \throws Error{InvalidArgument} naming the field, its value, the constraint and the remedy.
  void validate() const;
};

}  // namespace styler
