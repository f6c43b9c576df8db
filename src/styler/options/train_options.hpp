#pragma once

#include <cstdint>

#include "styler/options/generator_options.hpp"
#include "styler/options/objective_options.hpp"

namespace styler {

/// How a generator is trained.
struct TrainOptions {
  GeneratorWidth width = GeneratorWidth::Small;
  /// What its pictures are to come near. The range penalty stands in for a last layer that keeps values in [0, 1].
  ObjectiveOptions objective;
  /// Adam's step size at its largest: it rises over the first `warm_up_steps` and falls along half a cosine to
  /// `least_learning_rate` at the end. Gradients are of a loss that is about 1 at the start, whatever the painting.
  double learning_rate = 2e-3;
  double least_learning_rate = 1e-5;
  int64_t warm_up_steps = 20;
  /// Of the average of weights over steps, which is what is kept: each step it goes this share of the way from the
  /// average to the new weights, and more in the first steps, (1 + n) / (10 + n) of it staying after step n.
  double average_share = 0.002;
  /// A gradient longer than this is shortened to it: a crop of nothing but sky can be off by a hundred times the usual.
  double most_gradient = 10.0;
  uint64_t seed = 0;  ///< Of the first weights.

  /// \throws Error{InvalidArgument} naming the field, its value, the constraint and the remedy.
  void validate() const;
};

}  // namespace styler
