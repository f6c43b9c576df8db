#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <vector>

#include "styler/core/generator/generator.hpp"

namespace styler {

/// [1, C, 1, 1], and back.
at::Tensor as_statistic(const std::vector<double>& values);
std::vector<double> from_statistic(const at::Tensor& statistic);

/// What a photo's own norm makes of it: x · factor + offset, in each channel.
struct PhotoNorm {
  std::vector<double> mean, deviation_inverse;
  std::array<float, 3> factor{}, offset{};
};

/// \param photos        [N, 3, H, W], float32 on the CPU, whose statistics are taken together.
/// \param scale, shift  [3] each.
/// \param given         whose first statistics are taken instead; nullptr: none.
/// \param found         receives them where there are none given; may be nullptr.
PhotoNorm photo_norm(const at::Tensor& photos, const at::Tensor& scale, const at::Tensor& shift,
                     const NormStatistics* given, NormStatistics* found);

}  // namespace styler
