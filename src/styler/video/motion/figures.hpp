#pragma once

#include <ATen/core/Tensor.h>

#include <array>

namespace styler {

/// How a frame of a painted film goes with the one before it.
struct PairFigures {
  /// E_warp (Lai et al. 2018): the mean square, per channel, between a painting and the one before it moved along the
  /// film's own motion, where that is known.
  double warping_error = 0;
  /// The same of the film itself: what no painting of it can be below by itself.
  double floor = 0;
  double coverage = 0;  ///< Of which share of the frame the two speak.
};

/// Judged by another flow than the one that films are painted with, so that its mistakes are not judged by themselves.
/// \param frame, before                  of the film.
/// \param painted, painted_before        of the same size.
PairFigures pair_figures(const at::Tensor& frame, const at::Tensor& before, const at::Tensor& painted,
                         const at::Tensor& painted_before);

/// Mean square of the steps between neighbouring pixels: what is lost where strokes are blurred.
double sharpness(const at::Tensor& picture);

/// The mean colour in Oklab.
std::array<double, 3> mean_colour(const at::Tensor& picture);

}  // namespace styler
