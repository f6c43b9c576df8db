#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "styler/core/generator/generator.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/network/features.hpp"
#include "styler/options/train_options.hpp"

namespace styler {

/// How a training stands between two steps: tensors by name, for a file or for going back a step.
using TrainingState = std::map<std::string, at::Tensor>;

/// What became of one step.
struct TrainingStep {
  LossBreakdown loss;        ///< Of the picture that the generator made before the step.
  double gradient_norm = 0;  ///< Of all parameters together, before it is shortened.
  /// Whether the parameters moved: they stay where a loss or gradient is not finite.
  bool taken = false;
};

/// Trains a generator, a photo at a time, on the optimiser's own objective (Johnson et al. 2016): the gradient of the
/// loss with respect to its picture is written out there, and autograd takes it on through the generator to Adam.
class Trainer {
 public:
  /// \param network  taps at least options.objective.layers(); must outlive the trainer.
  /// \param styles   whose targets its pictures are to meet; the shares are as in Objective.
  Trainer(const FeatureExtractor& network, TrainOptions options, std::vector<StylePart> styles);

  /// One step of Adam.
  /// \param photo     [1, 3, H, W], float32, edges as Generator::run wants them and at least the network's min_edge().
  /// \param progress  0 … 1, how much of the training is over: decides the learning rate.
  TrainingStep step(const at::Tensor& photo, double progress);

  /// The loss of the averaged generator's picture of a photo that it is not trained on.
  LossBreakdown loss_on(const at::Tensor& photo) const;

  /// The average of its weights over the steps, a copy.
  Generator averaged() const;

  int64_t steps() const { return steps_; }

  /// Steps from an equal state with equal photos and threads give equal bytes on the CPU.
  TrainingState state() const;

  /// \throws Error{InvalidArgument} that names what is missing or of another shape in a state that is not from a
  ///         trainer of these options; then nothing has changed.
  void restore(const TrainingState& state);

 private:
  Objective objective_for(const at::Tensor& photo) const;
  double learning_rate(double progress) const;
  /// All gradients in a row; undefined if there is one that is not finite.
  at::Tensor gradients() const;

  const FeatureExtractor& network_;
  TrainOptions options_;
  std::vector<StylePart> styles_;
  Generator generator_;
  int64_t steps_ = 0;
  /// Of all parameters in a row: where they are, Adam's two averages, and their own average.
  at::Tensor weights_, mean_, square_, average_;
};

}  // namespace styler
