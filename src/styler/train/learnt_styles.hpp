#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

#include "styler/core/generator/generator.hpp"
#include "styler/core/generator/styles.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/train/parameter_steps.hpp"

namespace styler {

/// A style as a step has it.
struct ShownStyle {
  size_t style = 0;  ///< Of those that are learnt.
  /// From 0, the photo, to 1, the style, and on to kMostStrength; 1 where no others are learnt.
  double strength = 1;
};

/// What a training steps on: all numbers of a generator of one style; of several the convolutions' weights and a row
/// for each style; or the rows of styles that are new to a generator, alone.
class LearntStyles {
 public:
  /// \param start  is copied; its last `count` styles are learnt. If it has others before, these stay as they are, and
  ///               so do the weights and the calm row.
  LearntStyles(const StyledGenerator& start, size_t count, at::Device device);

  size_t count() const { return rows_.empty() ? 1 : rows_.size(); }
  bool learns_weights() const { return kept_.empty(); }

  /// Paints the style that was shown last, and at first the first that is learnt. Its parameters are asked for
  /// gradients by autograd.
  const Generator& generator() const { return generator_; }
  Generator& generator() { return generator_; }

  /// What is stepped on; keeps its memory.
  const NamedTensors& parameters() const { return parameters_; }

  /// Whether it is trained for all strengths, from the photo to more than the style.
  bool knows_strengths() const { return calm_.defined(); }

  /// Has the generator paint a style, by its numbers as they are now.
  void show(const ShownStyle& shown);

  /// \param of_generator  the gradients of all its parameters in a row, while it painted so.
  /// \return              Those of parameters() in a row.
  at::Tensor gradients(const at::Tensor& of_generator, const ShownStyle& shown) const;
  /// The parts of such a row of which a step on this says nothing: other styles', and of the style alone the calm row.
  std::vector<PartOfRow> others(const ShownStyle& shown) const;

  /// All styles, those that were kept first, with other numbers for what is learnt: a row like parameters(). A copy.
  StyledGenerator with(const at::Tensor& row) const;

 private:
  Generator generator_;
  std::vector<at::Tensor> kept_;  ///< Rows that are not learnt.
  std::vector<at::Tensor> rows_;  ///< Those that are; none where the generator is of one style and one strength.
  at::Tensor calm_, free_;        ///< The row of strength 0, and which numbers of it move; undefined if there is none.
  NamedTensors parameters_;
  at::Tensor row_places_, weight_places_;  ///< In a row of the generator's parameters.
};

}  // namespace styler
