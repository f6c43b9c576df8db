#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace styler {

/// How the pictures are dealt to the parts that a score is computed of; the defaults are those of the paper and of
/// torch-fidelity.
struct InceptionScoreOptions {
  int64_t splits = 10;
  uint64_t seed = 2020;
};

/// Mean and spread over the parts.
struct InceptionScore {
  double mean = 0;
  double stddev = 0;  ///< Divided by their number.
};

/// exp of the mean KL divergence of each picture's classes from those of its part (Salimans et al. 2016): from 1, where
/// all pictures have the same classes, to the number of classes. The pictures are shuffled before.
/// \param logits  [N, C]; N at least as many as the parts (STYLER_ASSERT).
InceptionScore inception_score(const at::Tensor& logits, const InceptionScoreOptions& options = {});

/// A class that a picture may be of.
struct LikelyClass {
  int64_t number = 0;  ///< From 0, in the network's order.
  double probability = 0;
};
/// The classes that logits [1, C] speak most for, the likeliest first; `count` or as many as there are.
std::vector<LikelyClass> likely_classes(const at::Tensor& logits, int64_t count);

}  // namespace styler
