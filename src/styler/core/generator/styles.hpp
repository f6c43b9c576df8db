#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

#include "styler/core/generator/generator.hpp"

namespace styler {

/// The numbers of a generator that are a style's own (Dumoulin, Shlens & Kudlur 2017, "A Learned Representation For
/// Artistic Style"): scales and shifts of its norms, and its colours; all parameters but the convolutions' weights.
/// \return  [R], one behind the other in the order of parameters(), a copy.
at::Tensor style_row(const Generator& generator);

/// Writes a row into the generator's parameters.
/// \param row  [R], of their type and on their device.
void take_style(const Generator& generator, const at::Tensor& row);

/// The row of a generator with which it paints nothing, so that with all of the photo kept its picture is the photo:
/// the other end of a scale from it to a style. Numbers that don't matter for that are like the generator's.
at::Tensor calm_row(const Generator& generator);
/// 1 for the numbers of such a row that may be others and leave it calm, and 0.
at::Tensor free_in_calm_row(const Generator& generator);

/// A generator that knows one style or more, each by a row of numbers of its own; the convolutions serve them all.
struct StyledGenerator {
  Generator generator;           ///< With the first style's row.
  std::vector<at::Tensor> more;  ///< The rows of the others.
  /// Of a generator that was trained for all strengths, as calm_row(): undefined for others.
  at::Tensor calm{};

  size_t count() const { return 1 + more.size(); }
  at::Tensor row(size_t style) const;

  /// The generator that paints one of the styles, or a blend of several: of its rows. Shares the weights' memory.
  /// \param shares    one per style, of which one is above 0; they are divided by their sum. Empty: the first style.
  /// \param strength  0 … kMostStrength, from the photo over the style, which is 1, to more than it. Other than 1 only
  ///                  where `calm` is defined.
  Generator painter(const std::vector<double>& shares = {}, double strength = 1) const;
  /// A copy whose tensors lie there.
  StyledGenerator on(at::Device device) const;

  /// The rows' mean in these shares.
  at::Tensor blend(const std::vector<double>& shares) const;
};

}  // namespace styler
