#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace styler {

/// What the norms of a network centre and divide by: two [1, C, 1, 1] for each norm, in the order of evaluation.
struct NormStatistics {
  std::vector<at::Tensor> means;
  std::vector<at::Tensor> variances;  ///< Biased: divided by the number of positions.
};

}  // namespace styler
