#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "styler/core/metrics/frechet_distance.hpp"

namespace styler {

/// How the distance of infinitely many pictures is told from that of those there are.
struct ExtrapolationOptions {
  int64_t points = 15;   ///< Numbers of pictures, evenly from the least to all.
  int64_t least = 5000;  ///< As the paper's authors have it; of fewer than twice as many, half of them.
  uint64_t seed = 2020;
};

/// The Fréchet distance without the part that goes by the number of pictures, which is as 1/N: where a line through the
/// distances of random subsets over 1/N meets 0 (FID∞, Chong & Forsyth 2020). It may come out below 0.
/// \param rows  [N, D], N at least 4 (STYLER_ASSERT).
double extrapolated_distance(const at::Tensor& rows, const Gaussian& reference,
                             const ExtrapolationOptions& options = {});
/// The same where subsets are taken of both, of the same rows, as ArtFID has it of pictures and their paintings.
/// \param paired  [N, D]
double extrapolated_distance(const at::Tensor& rows, const at::Tensor& paired,
                             const ExtrapolationOptions& options = {});

}  // namespace styler
