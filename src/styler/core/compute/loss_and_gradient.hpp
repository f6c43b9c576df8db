#pragma once

#include <ATen/core/Tensor.h>

namespace styler {

/// A loss and its gradient with respect to the first argument. Every loss here has its derivative written out: one
/// product per Gram gradient instead of autograd's two, and no graph that keeps temporaries alive. Losses of features
/// have theirs apart, so that it is computed when its turn comes on the way back.
struct LossAndGradient {
  double loss = 0.0;
  at::Tensor gradient;  ///< Shape and dtype of the differentiated tensor.
};

}  // namespace styler
